from .logo import Logo
from .participant import Participant, Region

__all__ = ["Logo", "Participant", "Region"]
