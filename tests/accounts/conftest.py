"""Two workshops of two networks, and somebody who works in one of them."""

import pytest

from tests import factories

SECRET = "ZAFIRO"


@pytest.fixture
def two():
    """Two published workshops, each with a session that only its members see."""
    mine = factories.small()
    theirs = factories.workshop("taller-4", number=4, title_es="Puentes")
    for of in (mine, theirs):
        on = of.days.first() or factories.day(of)
        factories.session(on, "15:00", "16:00", "Abierta")
        factories.session(on, "18:00", "19:00", f"{SECRET} {of.slug}", visibility="members")
        factories.axis(of, 9, f"Eje de {of.slug}")
        factories.published(of)
    return mine, theirs


def enter(client, role, of):
    person = factories.user(role, of=of)
    client.force_login(person)
    return person


@pytest.fixture
def hidden():
    """A workshop that is being prepared, of others."""
    of = factories.workshop("taller-9", number=9, title_es="OCULTO")
    factories.session(
        factories.day(of), "09:00", "10:00", "SECRETO9", ["uno"], [("moderates", "Lyon")], visibility="members"
    )
    return of
