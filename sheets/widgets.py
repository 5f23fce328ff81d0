"""Cells <-> values: widgets of django-import-export that never guess. What a cell cannot mean is refused in words."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from languages import CODES, SOURCE, name_key, spoken
from languages.entry import settle, settle_colour, settle_line
from languages.spoken import name_of

EPOCHS = (dt.date(1899, 12, 30), dt.date(1899, 12, 31))  # of spreadsheets: the day of a time without one
DAY = 24 * 60  # minutes


class Cell(Widget):
    """The base: clean() takes a cell (text, int, float, bool, date, datetime, time, timedelta) and gives the value.

    It raises ValueError with a sentence. render() gives the cell of a value. `holds` says what the cells of the column
    are, as pages.Head takes it.
    """

    holds = "text"
    width = 14
    choices: tuple[Any, ...] = ()
    closed = False

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


def shown(value: Any) -> str:
    """A cell as people read it: 2018-09-07, 09:30, 40.5."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def text_of(value: Any) -> str:
    """The text of a cell that must be one. Raises ValueError for dates, times and truth values: nobody wrote those."""
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        text = _(
            "The cell holds a date, a time or a truth value (%(value)s), and a text belongs here: a program may have "
            "made it of what was typed. Give the cell the format “text” and write it again."
        )
        raise ValueError(text % {"value": shown(value)})
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(_("“%(text)s” is no text.") % {"text": str(value)[:80]})
    return str(value)


class Line(Cell):
    """One line of text."""

    width = 30

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return settle_line(text_of(value))


class Prose(Cell):
    """Text of several lines."""

    width = 50

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return settle(text_of(value))


class Code(Cell):
    """A code or an address of ours: small letters, figures and hyphens."""

    width = 11

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return settle_line(text_of(value)).casefold()


class Website(Line):
    """The address of a website; https:// is what nobody writes."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        host = text.partition("/")[0]
        return f"https://{text}" if "." in host.strip(".") and ":" not in host and " " not in host else text


class Whole(Cell):
    """A whole number from `lowest`, or nothing (None, or `empty`)."""

    holds = "number"
    width = 8

    def __init__(self, lowest: int = 0, empty: int | None = None) -> None:
        super().__init__()
        self.lowest, self.empty = lowest, empty

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = shown(value).strip()
        if text == "":
            return self.empty
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or int(text) > 32767:
            raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text})
        if int(text) < self.lowest:
            raise ValueError(_("The number is %(lowest)d at least.") % {"lowest": self.lowest})
        return int(text)


class Degrees(Cell):
    """Degrees of latitude or longitude, or nothing."""

    holds = "number"
    width = 10

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> float | None:
        text = shown(value).strip().replace(",", ".")
        if text == "":
            return None
        if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]+)?(e-[0-9]+)?", text, re.ASCII):
            raise ValueError(_("“%(text)s” is not a number of degrees such as 40.417.") % {"text": shown(value)})
        if abs(float(text)) > self.most:
            raise ValueError(_("There are %(most)d degrees at most.") % {"most": self.most})
        return float(text)


class Date(Cell):
    """A day: a date, or text as 2018-09-07, 07/09/2018 or 07/09/18 (the day first)."""

    holds = "date"
    width = 12

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        if isinstance(value, dt.datetime):
            if value.time() == dt.time(0):
                return value.date()
        elif isinstance(value, dt.date):
            return value
        elif isinstance(value, str):
            if not value.strip():
                return None
            for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"):
                try:
                    return dt.datetime.strptime(value.strip(), pattern).date()  # noqa: DTZ007  a date has no zone
                except ValueError:
                    continue
        raise ValueError(_("“%(text)s” is not a date such as 2018-09-07.") % {"text": shown(value)})


class Time(Cell):
    """A time of day: a time, a number that is a part of a day (0.25), or text that `read` understands."""

    holds = "time"
    width = 8

    def __init__(self, read: Callable[[str], dt.time | None]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.time | None:
        if isinstance(value, str) and not value.strip():
            return None
        moment = self._moment(value)
        if moment is None:
            raise ValueError(_("“%(text)s” is not a time such as 09:30.") % {"text": shown(value)})
        return moment

    def _moment(self, value: Any) -> dt.time | None:
        if isinstance(value, dt.datetime):
            # A time on a day that no workshop has is how spreadsheets keep a time; on another day it is no time.
            return self._moment(value.time()) if value.date() in EPOCHS else None
        if isinstance(value, dt.time):
            return _of_day((value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 60)
        if isinstance(value, dt.timedelta):
            return _of_day(value.total_seconds() / 60)
        if isinstance(value, bool) or not isinstance(value, str):
            # A number is a part of the day, as spreadsheets count; a whole one is days, and no time.
            return _of_day(value * DAY) if isinstance(value, float) and 0 < value < 1 else None
        text = value.strip()
        if found := re.fullmatch(
            r"([0-9]{1,2}:[0-9]{2}):([0-5][0-9])(?:[.,]0+)?( ?[AaPp]\.?[Mm]\.?)?", text, re.ASCII
        ):  # 09:30:00 and 09:30:00 AM, as programs write times
            time = self.read(found[1] + (found[3] or ""))
            return _of_day(time.hour * 60 + time.minute + int(found[2]) / 60) if time else None
        if re.fullmatch(r"0[.,][0-9]{1,2}", text, re.ASCII):
            return None  # a quarter of the day, or a quarter past midnight: nobody knows
        if found := re.fullmatch(r"0[.,]([0-9]{3,})", text, re.ASCII):
            return _of_day(float(f"0.{found[1]}") * DAY)  # 0.395833333333333, as a CSV holds an unformatted time
        return self.read(text)


def _of_day(minutes: float) -> dt.time | None:
    """Minutes from midnight as a time, rounded; None for what is no time of one day."""
    whole = round(minutes)
    return dt.time(whole // 60, whole % 60) if 0 <= whole < DAY else None


@functools.cache
def _labels(choices: type[TextChoices]) -> dict[str, str]:
    """How a choice may be written (name_key) -> its value: its label in any language, or the value itself."""
    known = {name_key(value): value for value in choices.values if value}
    for language in CODES:
        with translation.override(language):
            known |= {name_key(str(choice.label)): choice.value for choice in choices if choice.value}
    return known


class Choice(Cell):
    """One of `choices`, by its label in any language or its value; `empty` for an empty cell.

    Where `empty` is None an empty cell says nothing: what is there stays.
    """

    closed = True
    width = 16

    def __init__(self, choices: type[TextChoices], empty: str | None = "") -> None:
        super().__init__()
        self.of, self.empty = choices, empty

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(str(choice.label) for choice in self.of if choice.value)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:
        text = settle_line(text_of(value))
        if not text:
            return self.empty
        known = _labels(self.of)
        if name_key(text) in known:
            return known[name_key(text)]
        raise ValueError(_("“%(text)s” is none of: %(labels)s.") % {"text": text, "labels": ", ".join(self.choices)})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.of(value).label) if value else ""


class Tint(Cell):
    """A colour: by its name among `named` in any language, or its figures, #bb4a22; an empty cell is none."""

    width = 12

    def __init__(self, named: type[TextChoices]) -> None:
        super().__init__()
        self.named = named

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(str(choice.label) for choice in self.named)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = settle_line(text_of(value))
        known = _labels(self.named)
        if not text or name_key(text) in known:
            return known[name_key(text)] if text else ""
        figures = settle_colour(text)
        if not re.fullmatch("#[0-9a-f]{6}", figures):
            message = _("“%(text)s” is no colour: write its figures, such as #bb4a22, or one of: %(labels)s.")
            raise ValueError(message % {"text": text, "labels": ", ".join(self.choices)})
        return figures

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.named(value).label) if value in self.named.values else value or ""


class Truth(Cell):
    """Yes or no, in the languages of the site; an empty cell is no."""

    closed = True
    width = 9

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        return (_("yes"), _("no"))

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = name_key(text_of(value))
        if word in ("si", "yes", "sim", "oui", "1", "x", "true", "verdadero", "verdadeiro", "vrai"):
            return True
        if word in ("", "no", "nao", "non", "0", "false", "falso", "faux"):
            return False
        raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": word})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return _("yes") if value else ""


class Names(Cell):
    """Several languages, by their names or codes, with commas between; `codes` are those that there are."""

    width = 20

    def __init__(self, read: Callable[[str], str | None] = spoken.read, codes: Iterable[str] = spoken.SPOKEN) -> None:
        super().__init__()
        self.read, self.codes = read, tuple(codes)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        codes: list[str] = []
        for name in filter(None, map(str.strip, text_of(value).replace(";", ",").split(","))):
            code = self.read(name)
            if code is None:
                known = ", ".join(name_of(known, SOURCE) for known in self.codes)
                raise ValueError(_("“%(text)s” is none of: %(labels)s.") % {"text": name, "labels": known})
            if code not in codes:
                codes.append(code)
        return codes

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(name_of(code, SOURCE) for code in value or ())


class Reference(Cell):
    """Another row, as `name` writes it; `find` takes what is written and the row that says it, and gives the row.

    `find` raises ValueError for what is none. `offered` gives what can be chosen.
    """

    width = 24

    def __init__(
        self, find: Callable[..., Any], name: Callable[[Any], Any], offered: Callable[[], Iterable[Any]],
        closed: bool = False, holds: str = "text",
    ) -> None:  # fmt: skip
        super().__init__()
        self.find, self.name, self.offered, self.closed, self.holds = find, name, offered, closed, holds

    @property
    def choices(self) -> tuple[Any, ...]:  # type: ignore[override]
        return tuple(self.offered())

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        if kwargs.get("untouched"):
            return self.find(value, kwargs.get("instance"), untouched=True)
        return self.find(value, kwargs.get("instance"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else self.name(value)
