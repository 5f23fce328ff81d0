"""What setting a printed edition costs, in CPU, beside bare WeasyPrint on the same HTML, fonts loaded once for both.

Compare the ratios and the growth per row: absolute times are those of this machine. Usage: make bench
"""

import datetime as dt
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.update(
    DJANGO_SETTINGS_MODULE="taller.settings", VAR_DIR=tempfile.mkdtemp(prefix="taller-bench-"), LOG_LEVEL="ERROR"
)

import django  # noqa: E402

django.setup()

import weasyprint  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import translation  # noqa: E402

from agenda import publishing  # noqa: E402
from agenda.models import Release  # noqa: E402
from agenda.printing import PAPERS, drawings, typesetting  # noqa: E402
from agenda.printing.sources import SHELF, Shelf  # noqa: E402
from agenda.programme import (  # noqa: E402
    Axis,
    Item,
    Moderator,
    Programme,
    ProgrammeDay,
    Section,
    Slot,
    colour,
)
from languages import Text  # noqa: E402

COPY = typesetting.Copy("https://talleres.example/es/taller-10/v/1/")


def large(rows: int) -> Programme:
    """A programme of ten days with `rows` rows of like length."""
    days = []
    for number in range(10):
        slots = tuple(
            Slot(
                f"r{row:04}", Text(f"Sesión {row} sobre alianzas locales"), start=dt.time(8 + row % 12, row % 60),
                axis=row % 3 + 1, place=f"Sala {row % 9}",
                items=(Item(Text("Primer punto de trabajo")), Item(Text("Segundo punto"))),
                moderators=(Moderator("moderates", Text(f"Institución {row}"), f"Persona {row}"),),
            )
            for row in range(number, rows, 10)
        )  # fmt: skip
        days.append(ProgrammeDay(dt.date(2018, 9, 7) + dt.timedelta(number), slots=slots))
    return Programme(
        "grande", Text("Un taller grande"), "es", days=tuple(days), release=1, venue=Text("Sede"),
        axes=tuple(Axis(number, Text(f"Eje {number}")) for number in (1, 2, 3)),
        sections=(Section("justification", Text("Justificación"), Text("Texto[^1].\n\n[^1]: Nota.")),),
        published_at=dt.datetime(2018, 9, 1, tzinfo=dt.UTC),
    )  # fmt: skip


def bare(paper, programme) -> bytes:
    """WeasyPrint alone on the HTML of an edition, with the same stylesheets and pictures."""
    pictures = {
        "qr.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        **drawings.pictures(programme),
    }
    document = weasyprint.HTML(
        string=typesetting.html(paper, programme, COPY), base_url=SHELF, url_fetcher=Shelf(pictures), media_type="print"
    )
    sheets = [typesetting._sheet(name) for name in ("paper", *paper.sheets)]
    sheets.append(typesetting._css(colour.rules_on_paper(programme.axes)))
    return document.write_pdf(stylesheets=sheets, font_config=typesetting._fonts(), pdf_variant="pdf/ua-1")


def spent(make, *args) -> float:
    before = time.process_time()
    make(*args)
    return time.process_time() - before


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_example", verbosity=0)
    translation.activate("es")
    [example] = publishing.released([Release.objects.get()], "es", "public")
    paper = PAPERS["completo"]
    print(f"{'completo':24}{'ours s':>10}{'bare s':>10}{'ours/bare':>12}{'ms a row':>10}{'pages':>8}{'peak MB':>10}")
    for name, programme, rounds in (
        ("example, 15 rows", example, 7), ("140 rows", large(140), 3), ("700 rows", large(700), 1), ("1400 rows", large(1400), 1),
    ):  # fmt: skip
        if rounds > 1:
            typesetting.pdf(paper, programme, COPY)  # templates and fonts are warm
        times = [(spent(typesetting.pdf, paper, programme, COPY), spent(bare, paper, programme)) for _ in range(rounds)]
        ours, base = (statistics.median(column) for column in zip(*times, strict=True))
        rows = len(programme.entries)
        pages = typesetting.count(typesetting.pdf(paper, programme, COPY)) if rounds > 1 else 0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name:24}{ours:>10.2f}{base:>10.2f}{ours / base:>12.2f}{1000 * ours / rows:>10.1f}{pages or '':>8}{peak:>10}",
            flush=True,
        )


if __name__ == "__main__":
    main()
