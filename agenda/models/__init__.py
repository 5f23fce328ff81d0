from .desk import Acceptance, DraftLink
from .printed import PrintedFile, PrintOrder
from .release import Release, ReleaseTree
from .session import Item, Moderator, Session
from .withdrawal import Withdrawal
from .workshop import Attendance, Axis, Convener, Day, Section, Workshop

__all__ = [
    "Acceptance",
    "Attendance",
    "Axis",
    "Convener",
    "Day",
    "DraftLink",
    "Item",
    "Moderator",
    "PrintOrder",
    "PrintedFile",
    "Release",
    "ReleaseTree",
    "Section",
    "Session",
    "Withdrawal",
    "Workshop",
]
