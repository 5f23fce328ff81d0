"""Where something stands that is to be withdrawn: shown before anything goes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda import programme
from agenda.models import ReleaseTree, Workshop
from languages import LANGUAGES

from .needle import Needle
from .rows import drafts, hits, holding, records
from .stored import told_changes


class Place(msgspec.Struct, frozen=True):
    """Somewhere it stands: in words, and how often."""

    where: str
    count: int = 1


class Sight(msgspec.Struct, frozen=True):
    """Where something stands that is to be withdrawn; `releases` are the numbers of the versions with it."""

    places: tuple[Place, ...]
    releases: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(place.count for place in self.places)


def sight_of_text(workshop: Workshop, text: str) -> Sight:
    """Where `text` stands. Raises ValueError for one that is too short to be looked for."""
    needle = Needle(text)
    places = []
    for row in drafts(workshop):
        if found := hits(needle, row):
            called = row.called() if hasattr(row, "called") else row
            places.append(Place(_("Draft: %(what)s “%(name)s”") % {
                "what": row._meta.verbose_name, "name": needle.out_of(str(called))}, len(found)))  # fmt: skip
    if needle.is_in_json(workshop.note):
        places.append(Place(_("What the concept note said")))
    numbers, languages, told = _in_releases(needle, workshop)
    places += [Place(_("Version %(number)d") % {"number": number}) for number in numbers]
    if numbers:
        names = [name for code, name in LANGUAGES if code in languages]
        places.append(Place(_("Pages, calendars and schedule files: %(languages)s") % {"languages": ", ".join(names)}))
        places.append(Place(_("Printed editions of these versions")))
    if told:
        places.append(Place(_("Changes and their feed"), told))
    kept = sum(needle.is_in_json([row.name, row.before, row.after]) for row in records(workshop))
    if kept:
        places.append(Place(_("History and bin"), kept))
    if files := len(holding(needle)):
        places.append(Place(_("Spreadsheets that were brought"), files))
    return Sight(tuple(places), tuple(numbers))


def _in_releases(needle: Needle, workshop: Workshop) -> tuple[list[int], set[str], int]:
    numbers: dict[int, None] = {}
    languages, told = set(), 0
    for row in ReleaseTree.objects.filter(release__workshop=workshop).select_related("release").order_by("release"):
        tree = programme.decode(row.tree)
        if needle.out_of_tree(tree) != tree or needle.is_in(row.release.note) or needle.is_in(row.note):
            numbers[row.release.number] = None
            languages.add(row.language)
        told += needle.is_in_json(told_changes.decode(row.public_changes)) or needle.is_in_json(
            told_changes.decode(row.members_changes)
        )
    return list(numbers), languages, told


def sight_of_session(workshop: Workshop, code: str) -> Sight:
    """Where the session `code` stands."""
    numbers = [
        row.release.number
        for row in ReleaseTree.objects.filter(release__workshop=workshop, language=workshop.source)
        .select_related("release").order_by("release")
        if (tree := programme.decode(row.tree)).entry(code) or tree.cancelled_entry(code)
    ]  # fmt: skip
    places = [Place(_("Version %(number)d") % {"number": number}) for number in numbers]
    if numbers:
        places += [Place(_("Pages, calendars and schedule files: %(languages)s") % {
            "languages": ", ".join(name for _code, name in LANGUAGES)}), Place(_("Changes and their feed")),
            Place(_("Printed editions of these versions"))]  # fmt: skip
    if workshop.sessions.filter(code=code).exists():
        places.insert(0, Place(_("Draft")))
    return Sight(tuple(places), tuple(numbers))


def no_longer(workshop: Workshop) -> dict[str, str]:
    """The sessions of versions that are not in the draft any more and were not withdrawn: their titles by code."""
    codes = set(workshop.sessions.values_list("code", flat=True))
    found: dict[str, str] = {}
    for row in ReleaseTree.objects.filter(release__workshop=workshop, language=workshop.source).order_by("release"):
        tree = programme.decode(row.tree)
        for _day, slot in (*tree.entries, *((day, slot) for day in tree.cancelled for slot in day.slots)):
            if slot.code not in codes and not slot.withdrawn:
                found[slot.code] = slot.title.text
    return found


def sight_of_release(workshop: Workshop, number: int) -> Sight:
    """Where version `number` stands."""
    if not workshop.releases.filter(number=number, withdrawn=False).exists():
        return Sight((), ())
    places = [
        _("Version %(number)d") % {"number": number},
        _("Pages, calendars and schedule files: %(languages)s") % {
            "languages": ", ".join(name for _code, name in LANGUAGES)},
        _("Changes and their feed"),
        _("Printed editions of these versions"),
    ]  # fmt: skip
    return Sight(tuple(map(Place, places)), (number,))


def when_hidden(workshop: Workshop, code: str) -> tuple[int, ...]:
    """The versions in which the public still reads the session `code`."""
    numbers = []
    for row in ReleaseTree.objects.filter(release__workshop=workshop, language=workshop.source).select_related(
        "release"
    ):
        entry = programme.decode(row.tree).entry(code)
        if entry and entry[1].visibility != "members" and not entry[1].withdrawn:
            numbers.append(row.release.number)
    return tuple(sorted(numbers))


def lasting() -> str:
    """What cannot be reached, in a sentence."""
    return _("Copies already downloaded or printed, calendars that do not look again, and what search engines kept.")


def in_versions(numbers: Iterable[int]) -> str:
    """«en las versiones 1, 2 y 3»."""
    numbers = list(numbers)
    text = ngettext("in version %(numbers)s", "in versions %(numbers)s", len(numbers))
    return text % {"numbers": ", ".join(map(str, numbers))}
