"""The programme on paper: the partials of the web pages, set by WeasyPrint."""

from agenda.printing.papers import PAPERS, Paper

__all__ = ["PAPERS", "Paper"]
