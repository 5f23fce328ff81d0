"""Which printed editions there are. Nothing here needs the typesetter, so that web pages may name them."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from django.utils.translation import pgettext

from agenda.programme import Programme
from agenda.programme.blocks import Block, rows

POSTER = (26, 24, 22)  # points of Alegreya Bold; of 22 an x is 3.5 mm high
POCKET = (13, 12, 11, 10.5, 10, 9.5, 9)
SOCIAL_TITLE = (64, 58, 52, 46, 40, 34, 28, 22, 17)


class Trial(NamedTuple):
    """A way to set a paper: the root's size in points, how many days stand beside each other, how many pages it may
    take (0: as many as it needs), and on which sheet, where not on the paper's own."""

    points: float
    per_sheet: int
    most: int
    sheet: str = ""


class Paper(msgspec.Struct, frozen=True):
    """A printed edition.

    `archival` is PDF/UA-1 and PDF/A-3a with the data attached. `staff` is for those
    who run the room.
    """

    name: str
    template: str
    sheets: tuple[str, ...] = ()
    archival: bool = False
    staff: bool = False
    folded: bool = False
    format: str = "A4"
    rooms: int = 4  # that stand side by side where rows are held at once
    margin: bool = True  # whether short footnotes stand beside the text
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
            "credenciales": pgettext("printed edition", "Badges"),
            "puerta": pgettext("printed edition", "Door sheets"),
            "social": pgettext("printed edition", "Picture of links"),
        }[self.name]

    @property
    def use(self) -> str:
        """What it is for and how it is printed, in the active language."""
        return {
            "completo": pgettext("printed edition", "All there is: texts and notes, days, axes, participants, map."),
            "agenda": pgettext(
                "printed edition", "One sheet. Print it on both sides, turned over the short edge, and fold it twice."
            ),
            "cuadernillo": pgettext(
                "printed edition", "Print it on both sides, turned over the short edge; fold and staple."
            ),
            "letra-grande": pgettext("printed edition", "Everything in 18 points, without hyphenation."),
            "cartel": pgettext("printed edition", "The agenda for the wall, to be read from two metres."),
            "hoja-de-firmas": pgettext("printed edition", "A list to sign for each day."),
            "rotulos": pgettext("printed edition", "A name for each place at the table. Fold it in the middle."),
            "credenciales": pgettext("printed edition", "Ten of 90 by 55 mm on a sheet, to be cut."),
            "puerta": pgettext("printed edition", "What happens behind each door, day by day."),
        }[self.name]

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of its picture in CSS pixels."""
        return (220, 156) if self.name in ("cuadernillo", "rotulos") else (156, 220)

    def trials(self, programme: Programme) -> list[Trial]:
        """In which ways it is set until it fits, the best first; none where it runs on as it likes.

        A poster's type is never smaller than what is read from two metres: first all days stand on one sheet, then
        each on its own, then on larger sheets; then it runs on.
        """
        days = len(programme.days)
        at_once = any(isinstance(row, Block) for day in programme.days for row in rows(programme, day))
        if self.name == "cartel":
            together = [] if at_once or days > 3 else [Trial(points, days, 1) for points in POSTER]
            apart = [Trial(points, 1, days) for points in POSTER]
            return [*together, *apart, Trial(POSTER[-1], 1, days, "A2"), Trial(POSTER[-1], 1, 0)]
        if self.name == "agenda":
            columns = 1 if at_once else min(days, 3) or 1
            most = 1 + (days if at_once else 1)  # with the outer side
            return [*(Trial(points, columns, most) for points in POCKET), Trial(POCKET[-1], min(columns, 2), 0)]
        if self.name == "social":
            return [Trial(points, 1, 1) for points in SOCIAL_TITLE]
        return []


PAPERS: dict[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("completo", "complete", ("complete",), archival=True),
        Paper("agenda", "pocket", ("columns", "pocket"), archival=True, rooms=3),
        Paper("cuadernillo", "complete", ("complete", "booklet"), folded=True),
        Paper("letra-grande", "complete", ("complete", "large"), archival=True, rooms=0, margin=False),
        Paper("cartel", "poster", ("columns", "poster"), archival=True, format="A3", rooms=3),
        Paper("hoja-de-firmas", "signatures", ("room",), archival=True, staff=True),
        Paper("rotulos", "signs", ("room",), staff=True),
        Paper("credenciales", "badges", ("room",), staff=True),
        Paper("puerta", "doors", ("room",), archival=True, staff=True),
    )
}

# What other sites show where somebody gives a link: its picture is what is asked for, and nobody prints it.
SOCIAL = Paper("social", "social", ("social",), format="1200 × 630", picture=1200)
EVERYTHING = {**PAPERS, SOCIAL.name: SOCIAL}
