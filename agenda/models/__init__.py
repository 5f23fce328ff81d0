from .printed import PrintedFile, PrintOrder
from .release import Release, ReleaseTree
from .session import Item, Moderator, Session
from .withdrawal import Withdrawal
from .workshop import Attendance, Axis, Convener, Day, Section, Workshop

__all__ = [
    "Attendance",
    "Axis",
    "Convener",
    "Day",
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
