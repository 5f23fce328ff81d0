"""The tree as JSON, as releases keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from agenda.vocabulary import axis_colour
from languages import Text

from .tree import Programme

SHAPE = 3  # of the JSON; a change that earlier readers would read wrongly raises it
_decoder = msgspec.json.Decoder(Programme)


class _Shaped(msgspec.Struct):
    shape: int = 1


_shape = msgspec.json.Decoder(_Shaped)


def encode(programme: Programme) -> str:
    """The tree as JSON, the same text for the same tree."""
    return msgspec.json.encode(msgspec.structs.replace(programme, shape=SHAPE)).decode()


def decode(tree: str | bytes) -> Programme:
    """The tree that encode() wrote, by this or any earlier version; raises msgspec.ValidationError otherwise."""
    shape = _shape.decode(tree).shape
    if shape < SHAPE:
        programme = msgspec.convert(_brought_up(msgspec.json.decode(tree), shape), Programme)
    else:
        programme = _decoder.decode(tree)
    return msgspec.structs.replace(programme, shape=0, audience=None)  # what is stored is complete, whatever it says


def _brought_up(tree: dict[str, Any], shape: int) -> dict[str, Any]:
    """Shape 1 -> 2: rows for everyone did not say so. 2 -> 3: axes said which of six colours, and now say #rrggbb."""
    days = [*tree.get("days", ()), *tree.get("cancelled", ())]
    if shape < 2:
        for slot in [*(slot for day in days for slot in day.get("slots", ())), *tree.get("adrift", ())]:
            slot.setdefault("audience", "everyone")
    for axis in tree.get("axes", ()):
        axis["colour"] = axis_colour(axis.get("colour", 1))
    return tree


def digest(programmes: dict[str, Programme]) -> str:
    """BLAKE2b (32 hexadecimal digits) of the trees, without their release's number, hour, note and past."""
    total = hashlib.blake2b(digest_size=16)
    for language in sorted(programmes):
        bare = msgspec.structs.replace(
            programmes[language],
            release=None,
            published_at=None,
            note="",
            cancelled=(),
            belonged=(),
            audience=None,
            withdrawals=0,
            withdrawn_at=None,
        )
        total.update(msgspec.json.encode(bare))
    return total.hexdigest()


def texts(value: Any) -> Iterator[Text]:
    """Every piece of content in a tree or a part of it that is not empty."""
    if isinstance(value, Text):
        if value:
            yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:  # not structs.fields(), which reads the types of the whole class each time
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
