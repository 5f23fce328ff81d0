from . import releases, sessions, workshops

__all__ = ["releases", "sessions", "workshops"]
