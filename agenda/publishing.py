"""From the draft to a numbered release that is kept for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple, get_args

import msgspec
from django.db import connection, transaction
from django.utils import timezone, translation

from edits.models import Way
from edits.recording import acting
from languages import SOURCE

from . import changes, clashes, programme
from .models import Release, ReleaseTree, Workshop
from .programme import Audience, Programme, late
from .programme.moments import span_of


class Blocked(Exception):
    """The draft cannot be published; `clashes` says why."""

    def __init__(self, blockers: list[clashes.Clash]) -> None:
        super().__init__("\n".join(clash.message for clash in blockers))
        self.clashes = blockers


class Unseen(Exception):
    """The draft is no longer the one that was looked at."""


class Review(NamedTuple):
    """The draft in the active language, complete; what there is to say against it; the digest of all its languages;
    the draft in each of them."""

    draft: Programme
    clashes: list[clashes.Clash]
    digest: str
    trees: dict[str, Programme]


def review(workshop: Workshop) -> Review:
    """What somebody looks at who is about to publish."""
    trees, digest = draft(workshop)
    own = trees.get(translation.get_language() or workshop.source, trees[workshop.source])
    return Review(own, clashes.check(own, trees.values()), digest, trees)


def draft(workshop: Workshop) -> tuple[dict[str, Programme], str]:
    """The draft of `workshop` in every language, and the digest of all.

    What this process read at the same revision is taken as it is: whatever changes the draft raises that. Inside of a
    transaction it is read anew, whose revision may be taken back and given to another change.
    """
    known = _drafts.get(workshop.pk)
    if known and known[0] == workshop.revision and not connection.in_atomic_block:
        return known[1], known[2]
    trees = programme.build_all(workshop)
    digest = programme.digest(trees)
    if not connection.in_atomic_block:
        with _reading:
            _drafts.pop(workshop.pk, None)
            _drafts[workshop.pk] = (workshop.revision, trees, digest)
            for old in list(_drafts)[: max(0, len(_drafts) - _MOST_DRAFTS)]:
                del _drafts[old]
    return trees, digest


def publish(workshop: Workshop, by=None, note: str = "", seen: str | None = None) -> Release | None:
    """Publish the draft of `workshop` as its next release; None where nothing changed since the last one.

    `by` is the user who publishes; `note` is a sentence for the readers; `seen` is the digest of the draft that was
    looked at (None for a program that looks at nothing). Raises Unseen where the draft is another one, Blocked where
    it has a blocker, and writes nothing. Two who publish at once make two releases one after the other, or one.
    """
    with transaction.atomic(), acting(Way.PUBLISHED):
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        trees = programme.build_all(workshop)
        digest = programme.digest(trees)
        if seen is not None and seen != digest:
            raise Unseen
        if blockers := clashes.blockers(clashes.check(trees[workshop.source])):
            raise Blocked(blockers)
        last = workshop.releases.newest()
        if last and last.digest == digest:
            return None
        return _release(workshop, trees, last, digest, by, note)


class Moved(NamedTuple):
    """A session that is given other times: the day, start and end that it stood at, and its new start and end."""

    stood: tuple[dt.date, dt.time | None, dt.time | None]
    to: tuple[dt.time, dt.time | None]


def publish_times(
    workshop: Workshop, moved: dict[str, Moved], by=None, note: str | Mapping[str, str] = ""
) -> tuple[Release, list[str]]:
    """Publish what is public with other times of the sessions that `moved` names by their codes, and nothing else of
    the draft, which has these times already. A session that is public on another day or at other times than it was
    moved from stays as it is: the release, and the codes of those. `note` may say itself in each language.

    Raises Blocked where that has a blocker, LookupError where nothing is public, or nothing of these sessions.
    """
    with transaction.atomic(), acting(Way.PUBLISHED):
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        last = workshop.releases.newest()
        if last is None:
            raise LookupError("nothing is public")
        bare = {
            language: msgspec.structs.replace(tree, cancelled=(), belonged=(), withdrawn_at=None)
            for language, tree in _trees(last).items()
        }
        public = bare[workshop.source]
        times = {
            slot.code: moved[slot.code].to
            for day, slot in public.entries
            if slot.code in moved and (day.date, slot.start, slot.end) == moved[slot.code].stood
        }
        trees = {language: late.with_times(tree, times) for language, tree in bare.items()}
        if trees == bare:
            raise LookupError("none of these sessions is public, or at another time")
        if blockers := clashes.blockers(clashes.check(trees[workshop.source])):
            raise Blocked(blockers)
        release = _release(workshop, trees, last, programme.digest(trees), by, note)
        return release, [code for code in moved if code not in times and public.entry(code)]


def _release(
    workshop: Workshop, trees: dict[str, Programme], last: Release | None, digest: str, by: Any,
    note: str | Mapping[str, str],
) -> Release:  # fmt: skip
    """The next release of `workshop`, which is locked: `trees`, after the release `last`."""
    notes = dict.fromkeys(trees, note) if isinstance(note, str) else {one: note.get(one, "") for one in trees}
    now = timezone.now().replace(microsecond=0)
    number = (workshop.releases.latest_number() or 0) + 1
    past = _trees(last) if last else {}
    spanish = past.get(SOURCE)
    trees = {language: programme.carry(past.get(language, spanish), tree) for language, tree in trees.items()}
    public = {language: programme.for_audience(tree, "public") for language, tree in trees.items()}
    said = {language: told(past.get(language, spanish), tree) for language, tree in trees.items()}
    begins_at, over_at = span_of(public[workshop.source]) or span_of(trees[workshop.source]) or (now, now)
    release = Release.objects.create(
        workshop=workshop,
        number=number,
        published_at=now,
        published_by=by,
        note=notes[workshop.source],
        digest=digest,
        withdrawals=workshop.withdrawals,
        public_digest=programme.digest(public),
        begins_at=begins_at,
        over_at=over_at,
    )
    ReleaseTree.objects.bulk_create(
        ReleaseTree(
            release=release,
            language=language,
            tree=programme.encode(
                msgspec.structs.replace(
                    tree,
                    release=number,
                    published_at=now.astimezone(dt.UTC),
                    note=notes[language],
                    withdrawals=workshop.withdrawals,
                )
            ),
            note=notes[language],
            public_changes=said[language]["public"],
            members_changes=said[language]["members"],
        )
        for language, tree in trees.items()
    )
    return release


def told(old: Programme | None, new: Programme) -> dict[Audience, str]:
    """What `new` changes for each audience, in its language and as JSON: told once, when it is published."""
    encoded: dict[Audience, str] = {}
    old = programme.standing(old) if old else None
    with translation.override(new.language):
        for audience in get_args(Audience):
            seen = [programme.for_audience(tree, audience) for tree in (old, new) if tree]
            encoded[audience] = msgspec.json.encode(changes.diff(*seen) if old else None).decode()
    return encoded


class Told(msgspec.Struct, frozen=True):
    """What a release said of itself: its number, when it was published (UTC), the sentence for the readers, and what
    it changed for one audience in one language; None of the first one."""

    release: int
    published_at: dt.datetime
    note: str
    changes: tuple[changes.Change, ...] | None


_changed = msgspec.json.Decoder(tuple[changes.Change, ...] | None)


def history(slug: str, language: str, audience: Audience, most: int, until: int | None = None) -> list[Told]:
    """What the newest `most` releases of the workshop `slug` changed, or of those up to number `until`, the newest
    first. One query, and nothing compared: it was told when they were published. In Spanish where a release was made
    before the site knew `language`."""
    rows = ReleaseTree.objects.filter(release__workshop__slug=slug, language__in=[language, SOURCE])
    rows = rows.filter(release__withdrawn=False)
    rows = rows.filter(release__number__lte=until) if until else rows
    column = f"{audience}_changes"
    newest = rows.filter(language=SOURCE).order_by("-release__number").values("release")[:most]
    needed = ("language", column, "note", "release__number", "release__published_at")
    by_release: dict[int, Told] = {}
    for row in rows.filter(release__in=newest).select_related("release").only(*needed):
        if row.language == language or row.release_id not in by_release:
            by_release[row.release_id] = Told(
                row.release.number, row.release.published_at, row.note, _changed.decode(getattr(row, column))
            )
    return sorted(by_release.values(), key=lambda told: -told.release)


def _trees(release: Release) -> dict[str, Programme]:
    return {row.language: programme.decode(row.tree) for row in release.trees.all()}


_read: dict[tuple, Programme] = {}  # a release never changes: what was read once holds as long as the process lives
_drafts: dict[int, tuple[int, dict[str, Programme], str]] = {}  # by workshop: its revision, trees, their digest
_reading = Lock()  # held while the tables above are changed; what they hold is frozen
_MOST, _MOST_DRAFTS = 64, 8


def released(releases: Sequence[Release], language: str, audience: Audience) -> list[Programme]:
    """The programmes of `releases` in `language` as `audience` may see them, in the order given.

    One query for all that this process has not read yet, none otherwise. A release made before the site knew
    `language` is read in Spanish. Raises KeyError for a release that has lost its trees.
    """
    return _programmes([(release, language) for release in releases], audience)


def spoken(release: Release, languages: Sequence[str], audience: Audience) -> dict[str, Programme]:
    """The programme of `release` in each of `languages`; as released() has it, in one query."""
    return dict(zip(languages, _programmes([(release, one) for one in languages], audience), strict=True))


def _programmes(wanted: Sequence[tuple[Release, str]], audience: Audience) -> list[Programme]:
    keys = [
        (release.pk, release.digest, release.withdrawals, release.published_at, language, audience)
        for release, language in wanted
    ]
    programmes = {key: known for key in keys if (known := _read.get(key)) is not None}
    if missing := [key for key in keys if key not in programmes]:
        names = {SOURCE, *(key[4] for key in missing)}
        rows = ReleaseTree.objects.filter(release__in={key[0] for key in missing}, language__in=names)
        trees = {(row.release_id, row.language): row.tree for row in rows}
        for key in missing:
            tree = trees.get((key[0], key[4])) or trees[key[0], SOURCE]
            programmes[key] = programme.for_audience(programme.decode(tree), audience)
        with _reading:
            _read.update({key: programmes[key] for key in missing})
            for old in list(_read)[: max(0, len(_read) - _MOST)]:
                del _read[old]
    return [programmes[key] for key in keys]


def forget() -> None:
    """Forget what was read (tests put other releases under the same keys)."""
    with _reading:
        _read.clear()
        _drafts.clear()
