"""Who convenes the workshop: the sentence of a note that names those who organise, fund and coordinate it."""

from __future__ import annotations

import re

import msgspec


class OutlineConvener(msgspec.Struct, frozen=True):
    """`name` is the acronym where there is one, `full` what it stands for; `role` as in ConvenerRole."""

    name: str
    full: str
    role: str
    led_by: str = ""


_ROLES = (
    ("convenes", r"(?:en conjunto|conjuntamente|organizad[oa]|convocad[oa]) por|organizan|convocan"),
    (
        "funds",
        r"con (?:el )?(?:apoyo financiero|financiamiento|financiaci[óo]n|cofinanciaci[óo]n) de|financiad[oa] por",
    ),
    ("coordinates", r"en coordinaci[óo]n con|(?<!, )coordinad[oa] con"),
    ("leads", r"con el liderazgo de"),
    ("hosts", r"(?:en la sede|con la acogida) de"),
)
_ROLE = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _ROLES), re.I)
_LED = re.compile(r",\s*(?:coordinad[oa]|liderad[oa]|encabezad[oa]|presidid[oa]) por (?:el |la |los |las )?(.+)$", re.I)
_ACRONYM = re.compile(r"^[A-ZÁÉÍÓÚÑ](?:(?![A-ZÁÉÍÓÚÑ])[\w-])*[A-ZÁÉÍÓÚÑ][\w-]*$")  # two capitals, found in one pass


def read_conveners(paragraphs: list[str], everything: str) -> tuple[OutlineConvener, ...]:
    """The conveners named in the first paragraph that says who makes the workshop, in its order.

    `everything` is the whole text of the note: an acronym that the paragraph leaves out is looked up there
    («Universidad Complutense de Madrid UCM»).
    """
    for paragraph in paragraphs:
        marks = list(_ROLE.finditer(paragraph))
        if not marks or marks[0].lastgroup != "convenes":
            continue
        conveners = []
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            part = paragraph[mark.end() : following.start() if following else len(paragraph)]
            for piece in part.split(";"):
                if convener := _convener(piece, mark.lastgroup or "", everything):
                    conveners.append(convener)
        return tuple(conveners)
    return ()


def _convener(piece: str, role: str, everything: str) -> OutlineConvener | None:
    text = re.sub(r"^[\s,]*(?:y\s+)?(?:el |la |los |las )?", "", piece.strip(" .,;"))
    text = re.sub(r"[\s,]+(?:y|con)?$", "", text)
    if not text:
        return None
    led_by = ""
    if led := _LED.search(text):
        led_by, text = led[1].strip(), text[: led.start()]
    full, _comma, last = text.rpartition(", ")
    if full and _ACRONYM.match(last):
        return OutlineConvener(last, full, role, led_by)
    known = re.search(rf"{re.escape(text)},?\s+\(?([A-Z][\w-]*[A-Z])\b", everything)
    return OutlineConvener(known[1] if known else text, text if known else "", role, led_by)
