"""Codes: what stands for a row in addresses, spreadsheets and records whatever becomes of its text."""

import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from edits.models import Act, EditedRow
from rules.constraints import matching

# Codes are read aloud, typed and printed: no vowels (no words), nothing that looks like something else.
CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 4
PART_CODE_LENGTH = 6  # drawn by lot: two of one session are the same once in a hundred thousand workshops


def fresh_code() -> str:
    """A code for an item, a person or a section, drawn by lot."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(PART_CODE_LENGTH))


def mint(seed: str, taken: set[str]) -> str:
    """A code of four letters and figures that is not in `taken`.

    The same `seed` gives the same code, so that one note makes the same addresses in every installation.
    Afterwards the code belongs to the session and follows no change of its title or time.
    """
    return _drawn(seed, CODE_LENGTH, taken)


def _drawn(seed: str, length: int, taken: set[str]) -> str:
    for attempt in range(10_000):
        number = int.from_bytes(hashlib.blake2b(f"{seed}#{attempt}".encode(), digest_size=8).digest(), "big")
        code = ""
        for _place in range(length):
            number, rest = divmod(number, len(CODE_LETTERS))
            code += CODE_LETTERS[rest]
        if code not in taken:
            return code
    raise RuntimeError("no free code found")


def mint_part(seed: str, taken: set[str]) -> str:
    """As mint(), for an item, a person or a section: one note makes the same codes each time that it is looked at."""
    code = _drawn(seed, PART_CODE_LENGTH, taken)
    taken.add(code)
    return code


def reserved(workshop: int | None) -> set[str]:
    """The codes of sessions of the workshop with this key that were deleted: they may come back."""
    gone = EditedRow.objects.filter(act=Act.GONE, workshop=workshop, key__startswith="agenda.session:")
    return set(gone.values_list("before__code", flat=True))


def part_code() -> models.CharField:
    """What names an item, a person or a section in spreadsheets and records, whatever becomes of its text."""
    return models.CharField(_("code"), max_length=8, default=fresh_code, editable=False)


def code_once(model: str, parent: str) -> models.UniqueConstraint:
    """A constraint that the rows below one `parent` have codes of their own."""
    return models.UniqueConstraint(
        fields=[parent, "code"],
        name=f"{model}_code_once_per_{parent}",
        violation_error_message=_("There is a row with this code already."),
    )


def code_printable(model: str) -> models.CheckConstraint:
    """A constraint that the codes of a model are read aloud and typed without doubt."""
    return matching(
        "code",
        "[a-z0-9]{3,8}",
        f"{model}_code_printable",
        _("The code is three to eight lowercase letters and digits."),
    )
