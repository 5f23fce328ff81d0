"""What a phone fetches: its first visit with the copy for when the network is gone, and a whole day with it.

A real browser behind a line that counts the bytes that came down at the socket. Usage: make bench
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bench import ROOT, Server, prepare  # sets the environment first

OPENINGS, RELEASES = 200, 5
COPY = "caches.match('/copias/es/{}/').then((found) => found && found.json()).then((copy) => !!copy && copy.release === {})"


def vary() -> None:
    """Give the thousand sessions of the bench words of their own: what repeats itself costs nothing on the wire."""
    import random

    from agenda.models import Item, Moderator, Session

    words = sorted(
        set(re.findall(r"[^\W\d_]{2,}", (ROOT / "examples" / "nota-conceptual.md").read_text(encoding="utf-8")))
    )
    chance = random.Random(7)  # noqa: S311  no secret
    lengths = {"title_es": (4, 9), "text_es": (4, 9), "place": (2, 3), "institution_es": (2, 4), "person": (2, 3)}
    for rows in (
        Session.objects.filter(workshop__slug="grande"),
        Item.objects.filter(session__workshop__slug="grande"),
        Moderator.objects.filter(session__workshop__slug="grande"),
    ):
        for row in rows:
            names = [name for name in lengths if hasattr(row, name)]
            values = {name: " ".join(chance.choices(words, k=chance.randint(*lengths[name]))) for name in names}
            rows.model.objects.filter(pk=row.pk).update(**values)


def main() -> None:
    prepare(vary)
    # The browser has a loop of its own, in which Django would refuse the database.
    import os

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from agenda import publishing
    from agenda.models import Session
    from tests.browser import page, until
    from tests.lines import line

    with Server(ROOT) as server:
        for slug, rows in (("taller-10", "15 rows"), ("grande", "1000 rows")):
            with line(server.port) as road, page() as phone:
                phone.goto(f"{road.url}/es/{slug}/agenda/")
                until(phone, COPY.format(slug, 1), 60)
                print(
                    f"{'first visit with its copy, ' + rows:44}{road.down:>10} bytes{len(road.asked):>6} requests",
                    flush=True,
                )
        with line(server.port) as road, page() as phone:
            talk = Session.objects.filter(workshop__slug="taller-10", kind="session").first()
            release = 1
            for opening in range(OPENINGS):
                if opening and opening % (OPENINGS // (RELEASES + 1)) == 0 and release <= RELEASES:
                    Session.objects.filter(pk=talk.pk).update(place=f"Sala {opening}")
                    release = publishing.publish(talk.workshop).number
                    phone.wait_for_timeout(3000)  # the server makes its pages ready
                phone.goto(f"{road.url}/es/taller-10/agenda/")
                until(phone, COPY.format("taller-10", release))
            print(
                f"{f'a day, {OPENINGS} openings, {RELEASES} releases':44}{road.down:>10} bytes{len(road.asked):>6} requests"
            )
            asked: dict[str, int] = {}
            for path in road.paths():
                asked[path] = asked.get(path, 0) + 1
            print(
                "  "
                + ", ".join(f"{path} {count}" for path, count in sorted(asked.items(), key=lambda each: -each[1])[:8])
            )


if __name__ == "__main__":
    main()
