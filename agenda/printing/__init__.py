"""The programme on paper: the partials of the web pages, set by WeasyPrint."""

from agenda.printing.papers import EVERYTHING, PAPERS, SOCIAL, Paper

__all__ = ["EVERYTHING", "PAPERS", "SOCIAL", "Paper"]
