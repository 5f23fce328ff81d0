"""The tree as JSON, as releases keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from languages import Text

from .tree import Programme

SHAPE = 2  # of the JSON; a change that earlier readers would read wrongly raises it
_decoder = msgspec.json.Decoder(Programme)


def encode(programme: Programme) -> str:
    """The tree as JSON, the same text for the same tree."""
    return msgspec.json.encode(msgspec.structs.replace(programme, shape=SHAPE)).decode()


def decode(tree: str | bytes) -> Programme:
    """The tree that encode() wrote, by this or any earlier version; raises msgspec.ValidationError otherwise."""
    programme = _decoder.decode(tree)
    if programme.shape < SHAPE:
        programme = msgspec.convert(_say_who_sees(msgspec.json.decode(tree)), Programme)
    return msgspec.structs.replace(programme, shape=0, audience=None)  # what is stored is complete, whatever it says


def _say_who_sees(tree: dict[str, Any]) -> dict[str, Any]:
    """Shape 1 -> 2: rows for everyone did not say so."""
    days = [*tree.get("days", ()), *tree.get("cancelled", ())]
    for slot in [*(slot for day in days for slot in day.get("slots", ())), *tree.get("adrift", ())]:
        slot.setdefault("audience", "everyone")
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
        for field in msgspec.structs.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
