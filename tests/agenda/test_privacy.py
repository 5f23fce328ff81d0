"""Members' matter reaches the public by no address. What could leak is made first, in every field that holds text."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from agenda import publishing
from agenda.models import Day, Item, Moderator, Session
from taller.languages import CODES, column
from tests import factories

pytestmark = pytest.mark.django_db
SECRET = "zafiro"


def reserved(of):
    """A session for members and a listed one, with the secret word in every text that is not public."""
    on = of.days.get()
    who = factories.participant(f"Red {SECRET}", slug=f"red-{SECRET}", full_name_es=f"{SECRET} completo")
    hidden = {column("title", lang): f"{SECRET} {lang}" for lang in CODES}
    described = {column("description", lang): f"{SECRET} {lang}" for lang in CODES}
    members = Session.objects.create(
        day=on,
        start=factories.time("18:00"),
        audience="members",
        code="secr",
        place=SECRET,
        **hidden,
        **described,
    )
    listed = Session.objects.create(
        day=on,
        start=factories.time("19:00"),
        audience="listed",
        code="list",
        title_es="Comité",
        place=SECRET,
        **described,
    )
    for session in (members, listed):
        Item.objects.create(session=session, **{column("text", lang): f"{SECRET} {lang}" for lang in CODES})
        Moderator.objects.create(
            session=session,
            person=SECRET,
            participant=who,
            **{column("institution", lang): SECRET for lang in CODES},
        )
    hidden_day = Day.objects.create(workshop=of, date=factories.MONDAY, label_es=SECRET)
    Session.objects.create(
        day=hidden_day, start=factories.time("09:00"), audience="members", code="secs", title_es=SECRET
    )


VALUES = {"workshop": ["taller-3"], "release": [1, 2], "code": ["secr", "list", "secs"], "number": [1], "slug": [f"red-{SECRET}", "quito"],
          "key": ["x"], "uidb36": ["x"], "pk": [1], "path": [""]}  # fmt: skip


def addresses(patterns, prefix=""):
    """Every address that the URLconf knows, with every value above in its place."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "admin":
                continue
            yield from addresses(pattern.url_patterns, prefix + route)
        elif isinstance(pattern, URLPattern):
            yield prefix + route


def filled(route):
    import re

    found = [route]
    for name in re.findall(r"<(?:\w+:)?(\w+)>", route):
        found = [
            re.sub(rf"<(?:\w+:)?{name}>", str(value), one, count=1)
            for one in found
            for value in VALUES.get(name, ["x"])
        ]
    return [f"/{one}" for one in found if "(" not in one and "^" not in one]


def everything():
    for language in CODES:
        from django.utils import translation

        with translation.override(language):
            for route in addresses(get_resolver().url_patterns):
                yield from filled(route)


@pytest.fixture
def site():
    of = factories.small()
    publishing.publish(of)
    reserved(of)
    publishing.publish(of)
    return of


def test_no_address_says_a_members_word_to_the_public(site, client):
    seen = {}
    for address in dict.fromkeys(everything()):
        response = client.get(address)
        seen[address] = response.status_code
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode("utf-8", "replace") + str(dict(response.headers))
        if body.startswith(b"%PDF"):
            from io import BytesIO

            import pypdf

            document = pypdf.PdfReader(BytesIO(body))
            text += " ".join(page.extract_text() for page in document.pages) + str(document.metadata)
        assert SECRET not in text.lower().replace(address, ""), (
            address
        )  # a way to the login names the address asked for
    # The walk did reach what it is about: pages, files, both versions, four languages.
    for address in ("/es/taller-3/agenda/", "/fr/taller-3/v/2/agenda/", "/en/taller-3/schedule.xml", "/pt-br/taller-3/programa.pdf",
                    "/es/taller-3/agenda.ics", "/sitemap.xml", "/es/taller-3/agenda/list/"):  # fmt: skip
        assert seen[address] == 200, address
    for address in (
        "/es/taller-3/agenda/secr/",
        "/es/taller-3/agenda/secr.ics",
        f"/es/taller-3/participantes/red-{SECRET}/",
    ):
        assert seen[address] == 404, address


def test_the_row_of_a_listed_session_is_public_and_marked(site, client, words):
    text = words(client.get("/es/taller-3/agenda/"))
    assert "19h00 sin hora de fin Comité Nueva Solo para miembros" in text


def test_committee_members_see_what_is_theirs(site, client, words):
    client.force_login(factories.user("committee"))
    assert f"{SECRET} es" in words(client.get("/es/taller-3/agenda/"))
    assert SECRET in client.get("/es/taller-3/agenda.ics").content.decode()


def test_somebody_logged_in_without_the_role_is_public(site, client):
    client.force_login(factories.user(None))
    assert SECRET not in client.get("/es/taller-3/agenda/").content.decode()


def test_members_matter_does_not_move_the_public_etag_of_a_version(site, client):
    plain = client.get("/es/taller-3/agenda/").headers["ETag"]
    client.force_login(factories.user("committee"))
    response = client.get("/es/taller-3/agenda/")
    assert response.headers["ETag"] != plain
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]


def test_the_public_preview_of_a_draft_hides_what_the_public_may_not_see(site, client):
    client.force_login(factories.user())
    assert SECRET not in client.get("/es/taller-3/borrador/agenda/").content.decode()
    assert SECRET in client.get("/es/taller-3/borrador/agenda/?como=miembro").content.decode()


def test_the_screen_and_the_frame_are_the_publics_whoever_is_logged_in(client):
    of = factories.small()
    factories.session(of.days.first(), "13:00", "14:00", "Secreta", audience="members", place="Sala S")
    publishing.publish(of)
    client.force_login(factories.user())
    assert "Secreta" in client.get("/es/taller-3/agenda/").content.decode()
    for path in ("pantalla/", "pantalla/?lugar=Sala%20S", "agenda/embed/"):
        page = client.get(f"/es/taller-3/{path}").content.decode()
        assert ("Secreta" in page, "Sala S" in page.replace("value=", "")) == (False, path.endswith("S")), path


def test_the_screen_of_a_draft_can_be_tried(client):
    factories.small()
    client.force_login(factories.user())
    assert client.get("/es/taller-3/borrador/pantalla/").status_code == 200
