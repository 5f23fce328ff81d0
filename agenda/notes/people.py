"""Who carries a session: lines such as «Modera: UCM» or «Moderador: UCM Conclusiones: UCCI»."""

from __future__ import annotations

import re

import msgspec

_WORDS = {
    "moderates": r"modera(?:dora?|dor/a|n|tion|tor|teur|trice|dores|ção|cao|do por|ted by)?|facilita(?:dora?|n|ted by)?"
    r"|anim[ée]e? par|conduce|coordina|modér[ée]e? par|moderated by|mediação|mediador[a]?",
    "concludes": r"conclusion(?:es|s)?|conclusões|conclus[aã]o|cierre a cargo de|cierra",
    "presents": r"presentan?|ponentes?|expone|apresentação|presented by|présent[ée]e? par|intervienen?|a cargo de",
    "reports": r"relator(?:[íi]a|a|es|ia)?|rapport(?:eur|eure|rice)s?|note[- ]taker|relato",
}
_INTRODUCTION = re.compile("|".join(rf"(?P<{role}>\b(?:{words}))" for role, words in _WORDS.items()), re.I)
_MARK = re.compile(r"\s*(?::|(?<=\bpor)\s|(?<=\bpar)\s|(?<=\bby)\s)\s*", re.I)
_NOBODY = re.compile(
    r"^[(\[]?\s*(?:por (?:confirmar|definir|designar)|a (?:confirmar|designar|definir)"
    r"|to be (?:confirmed|defined)|à (?:confirmer|définir)|tbc|tbd|n\.?n\.?|[-–—?]+)\s*[)\]]?\.?$",
    re.I,
)


class Carrier(msgspec.Struct, frozen=True):
    """One who carries a session: `role` is moderates, concludes, presents or reports."""

    role: str
    name: str


def read(text: str) -> list[Carrier] | None:
    """Those named in a line that begins with who carries the session; None where it begins otherwise.

    An empty list where the line says that nobody is named yet.
    """
    marks = [
        (found, mark)
        for found in _INTRODUCTION.finditer(text)
        if (mark := _MARK.match(text, found.end())) and found.end() < len(text)
    ]
    if not marks or text[: marks[0][0].start()].strip(" (¿[—–-"):
        return None
    carriers = []
    for (found, mark), following in zip(marks, [*marks[1:], None], strict=True):
        names = text[mark.end() : following[0].start() if following else len(text)]
        for name in re.split(r"\s*[;/]\s*", names):
            clean = name.strip(" .,)]")
            if clean and not _NOBODY.match(clean):
                carriers.append(Carrier(found.lastgroup or "", clean))
    return carriers
