"""The programme on paper: the partials of the web pages, set by WeasyPrint."""

from .kinds import PAPERS, Paper

__all__ = ["PAPERS", "Paper"]
