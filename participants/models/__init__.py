from .participant import Kind, Participant, Region
from .user import User

__all__ = ["Kind", "Participant", "Region", "User"]
