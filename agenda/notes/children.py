"""The items and people of a session, as a note says them: matched one by one with what the last note said."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from agenda import ties
from agenda.models import Item, Moderator, Session
from agenda.models.codes import mint_part
from languages import CODES, column, name_key
from languages.entry import settle_line

from .given_up import by_hand
from .rows import Entry

if TYPE_CHECKING:
    from .loader import Loader

SHORTEST = 4  # letters of a text that is known in a longer one
ALIKE = 0.6  # from here on two texts are one that was corrected (difflib's ratio)


class Said(NamedTuple):
    """What a note says of one: its part (of a person), and its text."""

    role: str
    text: str


def put_items(session: Session, entry: Entry, known: dict[str, Any], loader: Loader, is_whole: bool) -> list[str]:
    """Give `session` the items of `entry`; the code of each of them, "" where the organiser took it away.

    `known` is what the last note said of the session; `is_whole` whether this one was understood there.
    """
    text = loader.column("text")
    last = [Said("", one) for one in known.get("items", ())]
    now = [Said("", settle_line(one)) for one in entry.items]
    rows = list(session.items.all())
    taken = {row.code for row in rows}

    def make(said: Said) -> Item:
        made = Item(session=session, code=mint_part(f"{session.code}/{said.text}", taken), **{text: said.text})
        ties.tie([made], loader.names, loader.workshop.source)
        return made

    return _Merging(session, rows, "text", loader, is_whole).merge(last, known.get("item_codes", ()), now, make)


def put_moderators(session: Session, entry: Entry, known: dict[str, Any], loader: Loader, is_whole: bool) -> list[str]:
    """As put_items(), of those who carry the session."""
    name = loader.column("institution")
    last = [Said(role, one) for role, one in known.get("carriers", ())]
    now = [Said(carrier.role, settle_line(carrier.name)) for carrier in entry.carriers]
    rows = list(session.moderators.all())
    taken = {row.code for row in rows}

    def make(said: Said) -> Moderator:
        code = mint_part(f"{session.code}/{said.role}/{said.text}", taken)
        return Moderator(
            session=session, role=said.role, participant=loader.resolve(said.text), code=code, **{name: said.text}
        )

    merging = _Merging(session, rows, "institution", loader, is_whole)
    return merging.merge(last, known.get("carrier_codes", ()), now, make)


def likeness(one: str, other: str) -> float:
    """How alike two keys of texts are, from 0 to 1; one of which the other is a part is the same, made longer."""
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORTEST and f" {short.rstrip('.')} " in f" {long.rstrip('.')} ":
        return max(ALIKE, len(short) / len(long))
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def pairs(last: Sequence[Said], now: Sequence[Said]) -> list[int | None]:
    """For each of `now` the place in `last` of the one that it is, or was before it was corrected; None for a new one.

    First those that say the same, then the likest, of one part before those of two.
    """
    found: list[int | None] = [None] * len(now)
    free = list(range(len(last)))
    keys = [name_key(one.text) for one in last]

    def take(place: int, other: int) -> None:
        found[place] = other
        free.remove(other)

    for same_role in (True, False):
        for place, said in enumerate(now):
            if found[place] is None:
                key = name_key(said.text)
                equal = [n for n in free if keys[n] == key and (last[n].role == said.role) == same_role]
                if equal:
                    take(place, equal[0])
    alike = []
    for place, said in enumerate(now):
        if found[place] is None:
            for other in free:
                ratio = likeness(keys[other], name_key(said.text))
                if ratio >= ALIKE and last[other].role == said.role:
                    alike.append((-ratio, abs(place - other), place, other))
    for _ratio, _far, place, other in sorted(alike):
        if found[place] is None and other in free:
            take(place, other)
    return found


class _Merging:
    def __init__(self, session: Session, rows: list[Any], field: str, loader: Loader, is_whole: bool) -> None:
        self.session, self.rows, self.field, self.loader, self.is_whole = session, rows, field, loader, is_whole
        self.column = loader.column(field)
        self.dirty: list[Any] = []  # rows to be saved

    def said(self, row: Any) -> Said:
        return Said(getattr(row, "role", ""), getattr(row, self.column) or "")

    def merge(
        self, last: list[Said], codes: Sequence[str], now: list[Said], make: Callable[[Said], Any]
    ) -> list[str]:  # fmt: skip
        of_last = self._rows_of(last, codes)
        found = pairs(last, now)
        mine = {row.code for row in of_last if row is not None}
        free = [row for row in self.rows if row.code not in mine]  # made by hand
        chosen: list[Any] = []
        for place, said in zip(found, now, strict=True):
            if place is None:
                twin = next((row for row in free if self.said(row) == said), None)
                if twin is not None:
                    free.remove(twin)
                chosen.append(twin or make(said))
            else:
                chosen.append(self._corrected(of_last[place], last[place], said))
        given_up = [row for n, row in enumerate(of_last) if row is not None and n not in found]
        going = [row for row, said in self._with_last(given_up, of_last, last) if not self._stays(row, said)]
        self._place([row for row in chosen if row is not None], going, is_new_order=now != last)
        self.loader.remove(going, of=self.session.title_in_source())
        return [row.code if row is not None else "" for row in chosen]

    def _rows_of(self, last: list[Said], codes: Sequence[str]) -> list[Any]:
        """The row that each of the last note's became, by its code; by its text where none was kept."""
        by_code = {row.code: row for row in self.rows}
        found: list[Any] = []
        for n, said in enumerate(last):
            if n < len(codes):
                found.append(by_code.get(codes[n]))
            else:
                left = (row for row in self.rows if row not in found and self.said(row).text == settle_line(said.text))
                found.append(next(left, None))
        return found

    @staticmethod
    def _with_last(rows: list[Any], of_last: list[Any], last: list[Said]) -> list[tuple[Any, Said]]:
        return [(row, last[of_last.index(row)]) for row in rows]

    def _corrected(self, row: Any, before: Said, said: Said) -> Any:
        """What became of one that the last note said too; None where the organiser took it away."""
        if row is None:
            return None
        before = Said(before.role, settle_line(before.text))
        if said == before or self.said(row) == said:
            return row
        if self.said(row) != before:
            text = _("“%(text)s” of “%(session)s” stays as you corrected it; the note says “%(note)s” now.")
            self.loader.kept.append(text % {
                "text": self.said(row).text, "session": self.session.title_in_source(), "note": said.text,
            })  # fmt: skip
            return row
        if said.text != before.text:
            self.loader.replaced.append(
                f"{row._meta.verbose_name}: {self.session.title_in_source()} — «{before.text}» → «{said.text}»"
            )
        setattr(row, self.column, said.text)
        self.dirty.append(row)
        if said.role:
            row.role = said.role
        return row

    def _stays(self, row: Any, before: Said) -> bool:
        """Whether a row stays that the note no longer has: what somebody corrected or translated, or a note that was
        not understood there."""
        own = self.said(row) != Said(before.role, settle_line(before.text))
        translated = any(
            getattr(row, column(self.field, code)) for code in CODES if code != self.loader.workshop.source
        )
        own = own or by_hand(row)
        values = {"text": self.said(row).text, "session": self.session.title_in_source()}
        if not self.is_whole:
            text = _("“%(text)s” of “%(session)s” stays: the note was not understood there, or ends before.")
        elif own or translated:
            text = _("“%(text)s” of “%(session)s” stays, corrected or translated; the note no longer has it.")
        else:
            return False
        self.loader.kept.append(text % values)
        return True

    def _place(self, chosen: list[Any], going: list[Any], is_new_order: bool) -> None:
        """Save the rows in the note's order where it says another one; those made by hand follow whom they followed."""
        if is_new_order or any(row.pk is None for row in chosen):
            order = list(chosen)
            before = None
            for row in self.rows:
                if row not in chosen and row not in going:
                    order.insert(order.index(before) + 1 if before in order else 0, row)
                before = row if row in order else before
        else:
            order = [row for row in self.rows if row not in going]
        for position, row in enumerate(order, 1):
            if is_new_order and row.position != position:
                row.position = position
                self.dirty.append(row)
            if row.pk is None or row in self.dirty:
                row.full_clean()
                row.save()
