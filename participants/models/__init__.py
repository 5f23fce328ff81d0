from .logo import Logo
from .participant import Kind, Participant, Region
from .user import User

__all__ = ["Kind", "Logo", "Participant", "Region", "User"]
