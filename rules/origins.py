"""Origins of other sites (RFC 6454) as a content security policy takes them: https://www.example.org."""

from __future__ import annotations

import re

ORIGIN = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?"
# Lines that are origins, with blanks around and empty lines between: for the database, in Python and PostgreSQL alike.
LINES = rf"[ \t\r\n]*({ORIGIN}[ \t]*([\r\n][ \t\r\n]*{ORIGIN}[ \t]*)*)?[ \t\r\n]*"
_WHOLE = re.compile(ORIGIN)


def is_origin(text: str) -> bool:
    """Whether `text` is one origin and nothing besides."""
    return bool(_WHOLE.fullmatch(text))
