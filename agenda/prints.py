"""The shelf of printed programmes: each is set once and then served as a file, named after its content."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from .editions import Edition, build
from .faces import pdf as face
from .programme import encode

DRAFTS_KEPT = 20


def pdf(edition: Edition) -> bytes:
    """The complete programme of `edition` as PDF, from the shelf where it has been set before.

    Twenty who ask at once cause one rendering: the others wait for the lock and find the file.
    """
    path = _path(edition)
    if found := _read(path):
        return found
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found := _read(path):
            return found
        data = face.pdf(edition.programme, edition.version_address, edition.is_draft)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, path)  # noqa: PTH105  a reader sees the whole file or none
        if edition.is_draft:
            _tidy(path.parent)
    return data


def _path(edition: Edition) -> Path:
    """Where the edition stands: its content, its address (printed as QR code) and the templates decide."""
    key = f"{edition.version_address} {edition.is_draft} {build()} {encode(edition.programme)}"
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return Path(settings.RENDERS_DIR) / f"{'draft' if edition.is_draft else edition.programme.slug}-{digest}.pdf"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _tidy(folder: Path) -> None:
    """Drop all but the last drafts; what was published stays."""
    drafts = sorted(folder.glob("draft-*.pdf"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in drafts[DRAFTS_KEPT:]:
        path.unlink(missing_ok=True)
