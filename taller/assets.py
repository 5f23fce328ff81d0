"""Static files as they go over the wire: style and script without comments and blanks, hashed, compressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rcssmin
import rjsmin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = ("css/", "js/")  # what other packages bring stays as they made it


def smaller(name: str, text: str) -> str:
    """The style or script `text` of the file `name` without what only its authors read."""
    return rcssmin.cssmin(text) if name.endswith(".css") else rjsmin.jsmin(text)


class Assets(CompressedManifestStaticFilesStorage):
    """Gathers static files; ours are made smaller before they get their hash."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in [] if dry_run else paths:
            if name.startswith(OURS) and name.endswith((".css", ".js")):
                storage, path = paths[name]
                with storage.open(path) as file:
                    text = file.read().decode()
                self.delete(name)
                self._save(name, ContentFile(smaller(name, text).encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
