"""Members' matter reaches the public by no address. What could leak is made first, in every field that holds text."""

import json

import msgspec
import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver

from agenda import programme, publishing
from agenda.models import Day, Item, Moderator, Session, Workshop
from agenda.programme import for_audience
from agenda.web.editions import Edition
from agenda.web.reader import NOBODY, reader_of
from languages import CODES, column
from tests import factories
from tests.books import bring

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
        visibility="members",
        code="secr",
        place=SECRET,
        **hidden,
        **described,
    )
    listed = Session.objects.create(
        day=on,
        start=factories.time("19:00"),
        visibility="listed",
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
        day=hidden_day, start=factories.time("09:00"), visibility="members", code="secs", title_es=SECRET
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
    factories.session(of.days.first(), "13:00", "14:00", "Secreta", visibility="members", place="Sala S")
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


def test_what_the_screen_and_the_frame_tell_of_changes_is_what_the_public_saw_change(client):
    of = factories.small()
    committee = factories.session(of.days.first(), "13:00", "14:00", "Comité", visibility="listed", place=SECRET)
    publishing.publish(of)
    committee.place = "otra sala"
    committee.save()
    publishing.publish(of)
    client.force_login(factories.user())
    assert SECRET in client.get("/es/taller-3/agenda/").content.decode()  # a member is told the room that it was
    for path in ("pantalla/", "agenda/embed/"):
        page = client.get(f"/es/taller-3/{path}").content.decode()
        assert "Comité" in page
        assert SECRET not in page
        assert "otra sala" not in page, path


def test_an_old_version_tells_the_public_copy_what_the_public_saw_change_since(client):
    of = factories.small()
    committee = factories.session(of.days.first(), "13:00", "14:00", "Comité", visibility="listed", place=SECRET)
    publishing.publish(of)
    committee.place = "otra sala"
    committee.save()
    publishing.publish(of)
    client.force_login(factories.user())
    for path in ("pantalla/", "agenda/embed/", "agenda/?como=publico"):
        page = client.get(f"/es/taller-3/v/1/{path}").content.decode()
        assert "otra sala" not in page, path


def test_an_edition_is_for_one_audience():
    full = programme.build(factories.small(), "es")
    members, public = (for_audience(full, who) for who in ("members", "public"))
    with pytest.raises(ValueError, match="one audience"):
        Edition(public, "current", "https://x", previous=members)
    with pytest.raises(ValueError, match="one audience"):
        Edition(programme.build(Workshop.objects.get(), "es"), "current", "https://x")


READERS = [
    # role, the query, who reads, has a session, is signed in, runs it
    (None, "", ("public", True, True, False)),
    ("committee", "", ("members", True, True, False)),
    ("committee", "?como=publico", ("public", True, True, False)),
    ("coordinator", "", ("members", True, True, True)),
    ("organiser", "?como=publico", ("public", True, True, True)),
]


@pytest.mark.parametrize(("role", "query", "said"), READERS)
def test_who_reads_is_decided_in_one_place(rf, role, query, said):
    request = rf.get(f"/{query}")
    request.user = factories.user(role)
    assert reader_of(request) == NOBODY  # without the session's cookie nobody is looked at
    request.COOKIES["sessionid"] = "x"
    of = factories.workshop()
    assert msgspec.structs.astuple(reader_of(request, of)) == said
    assert reader_of(request, of, of_draft=True).audience == "public"


def test_a_session_in_which_nobody_is_signed_in_reads_as_the_public_and_is_kept_by_no_shared_cache(rf):
    request = rf.get("/")
    request.COOKIES["sessionid"] = "x"
    request.user = AnonymousUser()
    assert msgspec.structs.astuple(reader_of(request, factories.workshop())) == ("public", True, False, False)


def test_an_account_that_was_closed_reads_as_the_public(rf):
    request = rf.get("/")
    request.COOKIES["sessionid"] = "x"
    request.user = factories.user("committee", is_active=False)
    assert reader_of(request, factories.workshop()).audience == "public"


# --- what is not said opens nothing ---


def test_a_session_of_which_nobody_says_who_sees_it_is_for_members():
    on = factories.day(factories.workshop())
    Session.objects.create(day=on, start=factories.time("09:00"), title_es="Sin decir")
    Session.objects.bulk_create(
        [Session(workshop=on.workshop, day=on, code="bulk", start=factories.time("10:00"), title_es="En bloque")]
    )
    assert {session.visibility for session in Session.objects.all()} == {"members"}


def test_the_form_offers_everyone_to_a_new_session(client):
    factories.small()
    client.force_login(factories.user())
    form = client.get("/admin/agenda/session/add/").context["adminform"].form
    assert form["visibility"].initial == "everyone"


@pytest.mark.parametrize("cell", ["", "   ", None])
def test_a_blank_in_a_sheet_opens_no_session(cell):
    listed = factories.session(factories.small().days.get(), "13:00", "14:00", "Comité", visibility="listed")
    row = {"taller": "taller-3", "código": listed.code, "jornada": "2018-09-07", "título [es]": "Comité directivo"}
    new = {"taller": "taller-3", "jornada": "2018-09-07", "inicio": "20:00", "título [es]": "Cena"}
    bring(json.dumps([{**row, "visibilidad": cell}, {**new, "visibilidad": cell}]).encode())
    listed.refresh_from_db()
    assert (listed.title_es, listed.visibility) == ("Comité directivo", "listed")
    assert Session.objects.get(title_es="Cena").visibility == "members"


def test_a_new_session_of_a_sheet_without_the_column_is_for_members():
    factories.small()
    bring(b"taller;jornada;inicio;t\xc3\xadtulo [es]\ntaller-3;2018-09-07;20:00;Cena\n")
    assert Session.objects.get(title_es="Cena").visibility == "members"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://quito.example/a?b=c#d", True), ("http://quito.example", True), ("", True),
        ("javascript:alert(1)", False), ("https://", False), ("//quito.example", False), ("https://quito.example/ x", False),
        ("https://[quito", False), ("ftp://quito.example", False),
    ],
)  # fmt: skip
def test_a_website_that_got_past_its_rules_is_a_link_only_where_it_is_one(address, kept):
    import msgspec

    of = factories.small()
    draft = programme.build(of, "es")
    people = tuple(msgspec.structs.replace(p, website=address) for p in draft.participants)
    seen = for_audience(msgspec.structs.replace(draft, participants=people), "public")
    assert {p.website for p in seen.participants} == {address if kept else ""}
