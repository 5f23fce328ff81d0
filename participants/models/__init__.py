from .logo import Logo
from .participant import Kind, Participant, Region

__all__ = ["Kind", "Logo", "Participant", "Region"]
