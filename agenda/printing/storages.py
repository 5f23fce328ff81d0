"""Where printed files are kept: a folder, or a store that speaks S3. Each file is there whole, or not at all."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.deconstruct import deconstructible


@deconstructible(path="agenda.printing.storages.Folder")
class Folder(FileSystemStorage):
    """Django's folder of files, in which a file gets its name when it is whole: Django's own writes under the name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_overwrite=True)

    def _save(self, name: str, content: Any) -> str:
        """Write `content`; a disk that is full (OSError) or a kill that can be caught leaves nothing behind."""
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{secrets.token_hex(8)}")  # swept where not even an exception was possible
        try:
            with half.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
            os.replace(half, path)  # noqa: PTH105  a reader sees the whole file or none
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        return name


@deconstructible(path="agenda.printing.storages.Bucket")
class Bucket(Storage):
    """A bucket of a store that speaks S3, as a storage of Django. Every failure is an OSError.

    `url` is s3://bucket/prefix; `options` are the store's: endpoint, region, access_key_id, secret_access_key.
    """

    def __init__(self, url: str, **options: Any) -> None:
        import obstore.store

        self._store = obstore.store.from_url(
            url, config=cast(Any, options), client_options={"timeout": "20s", "allow_http": True},
            retry_config={"max_retries": 2},
        )  # fmt: skip

    def _open(self, name: str, mode: str = "rb") -> File:
        with _told():
            return File(io.BytesIO(bytes(self._store.get(name).bytes())), name)

    def _save(self, name: str, content: ContentFile) -> str:
        with _told():
            self._store.put(name, content.read())
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # what stands there is replaced

    def delete(self, name: str) -> None:
        with _told():
            self._store.delete(name)

    def exists(self, name: str) -> bool:
        try:
            with _told():
                self._store.head(name)
        except FileNotFoundError:
            return False
        return True

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _told():
            found = self._store.list_with_delimiter(path or None)
        return [Path(one).name for one in found["common_prefixes"]], [
            Path(one["path"]).name for one in found["objects"]
        ]


@contextmanager
def _told() -> Iterator[None]:
    """What a store answers, as the exceptions that files of a folder raise. Its address and its keys are not shown."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        raise OSError(0, f"the store of printed files does not take it ({type(error).__name__})") from error
