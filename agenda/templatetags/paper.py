"""What only printed editions say."""

from __future__ import annotations

import msgspec
from django import template

from agenda.programme import Programme, ProgrammeDay
from languages import Text

register = template.Library()


@register.filter
def table_signs(programme: Programme) -> list[tuple[Text, Text]]:
    """A sign for each listed participant and each who carries a session: name, and what stands below it."""
    signs = {participant.name.text: (participant.name, participant.full_name) for participant in programme.listed}
    for _day, slot in programme.entries:
        for moderator in slot.moderators:
            if moderator.person:
                signs.setdefault(moderator.person, (Text(moderator.person, programme.language), moderator.institution))
            elif programme.participant(moderator.participant) not in programme.listed:
                signs.setdefault(moderator.institution.text, (moderator.institution, Text()))
    return list(signs.values())


@register.filter
def sign_size(name: str) -> str:
    """How large a name can stand on a table sign: by its longest word and its length."""
    longest = max(map(len, name.split()), default=0)
    if longest <= 9 and len(name) <= 12:
        return "short"
    return "middle" if longest <= 14 and len(name) <= 34 else "long"


@register.filter
def doors(programme: Programme) -> list[tuple[str, ProgrammeDay]]:
    """A sheet for each place of each day, with its rows and those that name no place."""
    sheets = []
    for day in programme.days:
        for place in dict.fromkeys(slot.place for slot in day.slots if slot.place) or [""]:
            slots = tuple(slot for slot in day.slots if slot.place in ("", place))
            sheets.append((place, msgspec.structs.replace(day, slots=slots)))
    return sheets
