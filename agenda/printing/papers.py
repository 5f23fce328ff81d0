"""Which printed editions there are. Nothing here needs the typesetter, so that web pages may name them."""

from __future__ import annotations

import msgspec
from django.utils.translation import pgettext

from agenda.programme import Programme


class Paper(msgspec.Struct, frozen=True):
    """A printed edition.

    `sizes` are the type sizes in points that are tried, from the largest, until the pages fit; the smallest runs on
    rather than cut anything off. `archival` is PDF/UA-1 and PDF/A-3a with the data attached. `staff` is for those
    who run the room.
    """

    name: str
    template: str
    sheets: tuple[str, ...] = ()
    sizes: tuple[float, ...] = ()
    archival: bool = False
    staff: bool = False
    folded: bool = False
    format: str = "A4"
    picture: int = 440  # pixels of its first page as a picture, on the longer side

    @property
    def title(self) -> str:
        """What it is called, in the active language."""
        return {
            "completo": pgettext("printed edition", "Complete programme"),
            "agenda": pgettext("printed edition", "Pocket agenda"),
            "cuadernillo": pgettext("printed edition", "Booklet"),
            "letra-grande": pgettext("printed edition", "Large print"),
            "cartel": pgettext("printed edition", "Wall poster"),
            "hoja-de-firmas": pgettext("printed edition", "Signing sheets"),
            "rotulos": pgettext("printed edition", "Table signs"),
            "puerta": pgettext("printed edition", "Door sheets"),
            "social": pgettext("printed edition", "Picture of links"),
        }[self.name]

    @property
    def use(self) -> str:
        """What it is for and how it is printed, in the active language."""
        return {
            "completo": pgettext("printed edition", "Everything, with contents, footnotes, map and a page for notes."),
            "agenda": pgettext("printed edition", "A day on each side of one sheet. Print it on both sides."),
            "cuadernillo": pgettext(
                "printed edition", "Print it on both sides, turned over the short edge; fold and staple."
            ),
            "letra-grande": pgettext("printed edition", "Everything in 18 points, without hyphenation."),
            "cartel": pgettext("printed edition", "The agenda for the wall, to be read from two metres."),
            "hoja-de-firmas": pgettext("printed edition", "A list to sign for each day."),
            "rotulos": pgettext("printed edition", "A name for each place at the table. Fold it in the middle."),
            "puerta": pgettext("printed edition", "What happens behind each door, day by day."),
        }[self.name]

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of its picture in CSS pixels."""
        return (220, 156) if self.name in ("cuadernillo", "rotulos") else (156, 220)

    def most_pages(self, programme: Programme) -> int:
        """How many pages are wanted of an edition that is set in several sizes."""
        return 1 if self.name in ("cartel", "social") else max(2, len(programme.main_days))


PAPERS: dict[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("completo", "complete", archival=True),
        Paper("agenda", "pocket", ("pocket",), (10.5, 10, 9.5, 9, 8.5, 8, 7.5), archival=True),
        Paper("cuadernillo", "complete", ("booklet",), folded=True),
        Paper("letra-grande", "complete", ("large",), archival=True),
        Paper("cartel", "poster", ("poster",), (26, 24, 22, 20, 18, 16, 14), format="A3"),
        Paper("hoja-de-firmas", "signatures", ("room",), staff=True),
        Paper("rotulos", "signs", ("room",), staff=True),
        Paper("puerta", "doors", ("room",), staff=True),
    )
}

# What other sites show where somebody gives a link: its picture is what is asked for, and nobody prints it.
SOCIAL = Paper("social", "social", ("social",), (64, 58, 52, 46, 40, 34, 28, 22, 17), format="1200 × 630", picture=1200)
EVERYTHING = {**PAPERS, SOCIAL.name: SOCIAL}
