from .release import Release, ReleaseTree
from .session import Audience, Item, Kind, Moderator, PartOfDay, Role, Session
from .workshop import Attendance, Axis, Convener, Day, Section, Workshop

__all__ = [
    "Attendance",
    "Audience",
    "Axis",
    "Convener",
    "Day",
    "Item",
    "Kind",
    "Moderator",
    "PartOfDay",
    "Release",
    "ReleaseTree",
    "Role",
    "Section",
    "Session",
    "Workshop",
]
