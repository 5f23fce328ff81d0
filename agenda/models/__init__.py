from .release import Release, ReleaseTree
from .session import Item, Moderator, Session
from .workshop import Attendance, Axis, Convener, Day, Section, Workshop

__all__ = [
    "Attendance",
    "Axis",
    "Convener",
    "Day",
    "Item",
    "Moderator",
    "Release",
    "ReleaseTree",
    "Section",
    "Session",
    "Workshop",
]
