"""Where each finding about a programme is mended: the very field of the very row."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.beside import box_of
from agenda.clashes import Clash
from agenda.models import Workshop

# Rule -> what the link says that leads to the session's form.
OF_SESSION = {
    "no-start": gettext_lazy("Set the start"),
    "end-before-start": gettext_lazy("Correct the end"),
    "open-end": gettext_lazy("Set the end"),
    "hour-skipped": gettext_lazy("Set another time"),
    "hour-twice": gettext_lazy("Set another time"),
    "outside-day": gettext_lazy("Choose a day"),
    "place-overlap": gettext_lazy("Choose another place"),
    "moderator-overlap": gettext_lazy("Look at the people"),
    "unwritten": gettext_lazy("Write it"),
    "homonyms": gettext_lazy("Choose who is meant"),
}


class Mend(msgspec.Struct, frozen=True):
    """A link: what it says and where it leads."""

    label: str
    address: str


def mends(clash: Clash, workshop: Workshop, sessions: Mapping[str, int]) -> list[Mend]:
    """The links that mend `clash`; `sessions` are the keys of the workshop's by their codes."""
    if clash.rule in OF_SESSION and clash.codes:
        label, box = OF_SESSION[clash.rule], box_of(clash.rule, workshop.source)
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
            query = urlencode({"idioma": clash.facts[0]})
            return Mend(_("Translate them"), f"{reverse('admin:texts', kwargs={'slug': workshop.slug})}?{query}")
        case "unwritten":
            return Mend(_("Write it"), form)
    return None
