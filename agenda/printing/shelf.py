"""The shelf of printed editions: each is set once, by the press, and kept as a file named after its content."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db.models import QuerySet
from django.utils import timezone

from agenda.models import PrintedFile
from agenda.printing import Paper
from agenda.printing.queue import Failed, Job, press
from agenda.programme import encode
from agenda.web.codeversion import code_version
from agenda.web.editions import Edition, for_the_public
from participants.models import Logo

logger = logging.getLogger("taller.press")

DRAFTS_KEPT = 40
STALE = dt.timedelta(days=7)
AGAIN = dt.timedelta(minutes=5)  # a failed edition is not tried again before that
SUFFIXES = (".pdf", ".png")


def plain(edition: Edition) -> Edition:
    """`edition` as the public's where a member would read nothing else: such a copy may be handed out."""
    public = for_the_public(edition)
    same = msgspec.structs.replace(public.programme, audience=edition.audience) == edition.programme
    return public if same else edition


def row(edition: Edition, paper: Paper) -> PrintedFile:
    """What is known of the printed edition `paper` of `edition`; a row that is not saved yet where nothing is."""
    name = _name(edition, paper)
    found = PrintedFile.objects.filter(name=name).first()
    programme = edition.programme
    return found or PrintedFile(
        name=name, series=_series(edition, paper), workshop=programme.slug, paper=paper.name,
        release=None if edition.is_draft else programme.release, language=programme.language,
        audience=edition.audience, site=edition.site,
    )  # fmt: skip


def rows(edition: Edition, papers: list[Paper]) -> dict[str, PrintedFile]:
    """The rows of those of `papers` that are set, by the paper's name; one query."""
    names = [_name(edition, paper) for paper in papers]
    return {found.paper: found for found in PrintedFile.objects.filter(name__in=names, pages__isnull=False)}


def read(row: PrintedFile, suffix: str) -> bytes | None:
    """The file of a row that is set: .pdf, or .png for its first page. None where somebody took it away.

    Raises OSError where the storage does not answer.
    """
    try:
        with _storage().open(row.name + suffix) as file:
            return file.read()
    except FileNotFoundError:
        return None


def has_just_failed(row: PrintedFile) -> bool:
    """Whether the press could not make it, and that is so recent that it is not tried again."""
    return bool(row.cause and row.when and timezone.now() - row.when < AGAIN)


def last_good(edition: Edition, paper: Paper) -> bytes | None:
    """The latest file of an earlier version of what a reader asks for, as the same audience may see it."""
    if edition.mount != "current":
        return None
    earlier = PrintedFile.objects.filter(series=_series(edition, paper), pages__isnull=False)
    latest = earlier.order_by("-release", "-when").first()
    return read(latest, ".pdf") if latest else None


def forget_failures(slug: str) -> None:
    """Have what the press could not make of the workshop `slug` tried again at once."""
    _failed().filter(workshop=slug).delete()


def failures() -> QuerySet[PrintedFile]:
    """What the press could not make, the latest first; what was made since is gone from it."""
    return _failed().order_by("-when")


def _failed() -> QuerySet[PrintedFile]:
    return PrintedFile.objects.exclude(cause="")


def make(edition: Edition, paper: Paper) -> None:
    """Set the printed edition here and now and put it on the shelf, where it does not stand there already.

    For whoever works alone (`manage.py work`). Raises Failed where it cannot be made or kept, which is noted for
    the organiser, and at once where that was a moment ago.
    """
    of = row(edition, paper)
    if of.pages and all(_storage().exists(of.name + suffix) for suffix in SUFFIXES):
        return
    if has_just_failed(of):
        raise Failed("it has just failed")
    of.wanted, of.when = None, timezone.now()
    try:
        made = press.run(_job(edition, paper))
        _keep(of.name, {".pdf": made.data, ".png": made.picture})
    except (Failed, OSError) as error:
        of.pages = None
        of.cause = str(error) if isinstance(error, Failed) else f"the file cannot be kept: {error.strerror or error}"
        _save(of)
        logger.exception("not printed: %s of %s in %s", paper.name, of.workshop, of.language)
        raise Failed(of.cause) from error
    of.pages, of.cause = made.pages, ""
    _save(of)
    series = PrintedFile.objects.filter(series=of.series)
    series.filter(pages=None).exclude(name=of.name).exclude(cause="").delete()  # failures of earlier versions
    if edition.is_draft:
        drafts = PrintedFile.objects.filter(release=None).order_by("-when")
        _drop(drafts.filter(when__isnull=False)[DRAFTS_KEPT:])
    else:
        # What earlier versions of the code made, once nobody can be reading it any more.
        _drop(series.filter(release=of.release, when__lt=of.when - STALE).exclude(name=of.name))


def _save(of: PrintedFile) -> None:
    of.cause = of.cause[:500]
    PrintedFile.objects.update_or_create(
        name=of.name, defaults={f.name: getattr(of, f.name) for f in of._meta.concrete_fields if f.name != "id"}
    )


def _keep(name: str, files: dict[str, bytes]) -> None:
    try:
        for suffix, data in files.items():
            _storage().save(name + suffix, ContentFile(data))
    except OSError:
        for suffix in files:  # a half makes no whole: its room is given back
            _storage().delete(name + suffix)
        raise


def _drop(rows: QuerySet[PrintedFile]) -> None:
    for of in rows:
        for suffix in SUFFIXES:
            _storage().delete(of.name + suffix)
        of.delete()


def forget(workshop: str) -> None:
    """Take away every file of the workshop with this address, of drafts too: something was withdrawn from it."""
    for of in PrintedFile.objects.filter(workshop=workshop):
        for suffix in SUFFIXES:
            _storage().delete(of.name + suffix)
        of.delete()


def sweep() -> None:
    """Take away files that no row knows: what a kill left half written, and what a database of before knew."""
    known = set(PrintedFile.objects.values_list("name", flat=True))
    try:
        _folders, files = _storage().listdir("")
    except FileNotFoundError:
        return
    for name in files:
        if name.rpartition(".")[0] not in known:
            _storage().delete(name)


def _job(edition: Edition, paper: Paper) -> Job:
    digests = {participant.logo.digest for participant in edition.programme.participants if participant.logo}
    logos = Logo.objects.filter(digest__in=digests).values_list("digest", "png") if digests else ()
    return Job(
        paper.name,
        edition.programme,
        edition.site,
        edition.version_address,
        edition.is_draft,
        timezone.now() if edition.is_draft else None,
        {digest: bytes(png) for digest, png in logos},
    )


def _storage() -> Storage:
    return storages["printed"]


def _name(edition: Edition, paper: Paper) -> str:
    """The name of its files: its content, its address (printed as QR code) and the templates decide."""
    what = f"{paper.name} {edition.audience} {edition.version_address} {edition.is_draft}"
    key = f"{what} {code_version()} {encode(edition.programme)}"
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return f"{_series(edition, paper)}-v{edition.programme.release or 0}-{digest}"


def _series(edition: Edition, paper: Paper) -> str:
    slug = "draft." if edition.is_draft else edition.programme.slug  # no slug has a dot
    return f"{slug}-{paper.name}-{edition.programme.language}-{edition.audience}"
