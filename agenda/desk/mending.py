"""Where each finding about a programme is mended: the very field of the very row."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.clashes import Clash
from agenda.models import Workshop
from languages import column

# Rule -> what the link says, and the box of the session's form.
OF_SESSION = {
    "no-start": (gettext_lazy("Set the start"), "id_start"),
    "end-before-start": (gettext_lazy("Correct the end"), "id_end"),
    "open-end": (gettext_lazy("Set the end"), "id_end"),
    "hour-skipped": (gettext_lazy("Set another time"), "id_start"),
    "hour-twice": (gettext_lazy("Set another time"), "id_start"),
    "outside-day": (gettext_lazy("Choose a day"), "id_day"),
    "place-overlap": (gettext_lazy("Choose another place"), "id_place"),
    "moderator-overlap": (gettext_lazy("Look at the people"), "moderators-group"),
    "unwritten": (gettext_lazy("Write it"), "id_title_es"),
    "homonyms": (gettext_lazy("Choose who is meant"), "items-group"),
}


class Mend(msgspec.Struct, frozen=True):
    """A link: what it says and where it leads."""

    label: str
    address: str


def mends(clash: Clash, workshop: Workshop, sessions: Mapping[str, int]) -> list[Mend]:
    """The links that mend `clash`; `sessions` are the keys of the workshop's by their codes."""
    if clash.rule in OF_SESSION and clash.codes:
        label, box = OF_SESSION[clash.rule]
        box = f"id_{column('title', workshop.source)}" if clash.rule == "unwritten" else box
        found = [(code, sessions[code]) for code in clash.codes if code in sessions]
        links = [reverse("admin:agenda_session_change", args=[pk]) + f"#{box}" for _code, pk in found]
        if len(links) > 1:
            ways = [_("Look at the first"), _("Look at the second")]
            return [Mend(way, link) for way, link in zip(ways, links, strict=False)]
        return [Mend(str(label), link) for link in links]
    return [mend] if (mend := _of_workshop(clash, workshop)) else []


def _of_workshop(clash: Clash, workshop: Workshop) -> Mend | None:
    timetable = reverse("admin:timetable", kwargs={"slug": workshop.slug})
    form = reverse("admin:agenda_workshop_change", args=[workshop.pk])
    match clash.rule:
        case "gap" | "overlap" | "empty-day":
            return Mend(_("See it in the timetable"), f"{timetable}#d{clash.facts[0]}")
        case "no-days":
            return Mend(_("Add days"), f"{form}#days-group")
        case "no-sessions":
            return Mend(_("Add sessions"), reverse("admin:timetable_table", kwargs={"slug": workshop.slug}))
        case "nothing-public":
            return Mend(_("Choose who sees them"), reverse("admin:timetable_table", kwargs={"slug": workshop.slug}))
        case "unknown-zone":
            return Mend(_("Correct the time zone"), f"{form}#id_timezone")
        case "axis-unused" | "colours-alike":
            return Mend(_("Look at the axes"), reverse("admin:agenda_axis_changelist"))
        case "number-twice":
            return Mend(_("Correct the list"), f"{form}#attendances-group")
        case "untranslated":
            return Mend(_("Translate them"), reverse("admin:agenda_workbook_export"))
        case "unwritten":
            return Mend(_("Write it"), form)
    return None
