"""Taking back what was published: a text, a session or a version, out of everything that is kept of it.

It is the one case in which stored trees are rewritten (stored.py). The numbers of versions stay. What is on devices, on
paper and in other people's hands cannot be reached; it is said so.
"""

from .acts import withdraw_release, withdraw_session, withdraw_text
from .needle import LEAST, Needle
from .sights import (
    Sight,
    in_versions,
    lasting,
    no_longer,
    sight_of_release,
    sight_of_session,
    sight_of_text,
    when_hidden,
)

__all__ = ["LEAST", "Needle", "Sight", "in_versions", "lasting", "no_longer", "sight_of_release", "sight_of_session",
           "sight_of_text", "when_hidden", "withdraw_release", "withdraw_session", "withdraw_text"]  # fmt: skip
