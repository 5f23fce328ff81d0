"""The programme of a workshop as a frozen tree of plain values: what every face of it renders."""

from .audience import for_audience
from .cancelled import carry, standing
from .draft import build, build_all
from .everybody import for_everybody
from .stored import decode, digest, encode, texts
from .tree import (
    EVERYBODY,
    NOTHING,
    PART_STARTS,
    PUBLIC,
    Audience,
    Axis,
    Convener,
    Item,
    Moderator,
    Participant,
    Programme,
    ProgrammeDay,
    Region,
    Section,
    Slot,
)

__all__ = [
    "EVERYBODY",
    "NOTHING",
    "PART_STARTS",
    "PUBLIC",
    "Audience",
    "Axis",
    "Convener",
    "Item",
    "Moderator",
    "Participant",
    "Programme",
    "ProgrammeDay",
    "Region",
    "Section",
    "Slot",
    "build",
    "build_all",
    "carry",
    "decode",
    "digest",
    "encode",
    "for_audience",
    "for_everybody",
    "standing",
    "texts",
]
