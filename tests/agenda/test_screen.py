"""The room's screen, and the agenda inside other people's pages."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from agenda import publishing
from agenda.models import Session
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = dt.datetime.fromisoformat("2018-09-07T09:40+02:00")


@pytest.fixture
def of():
    of = factories.small()
    factories.session(of.days.get(), "09:30", "12:00", "Orillas", place="Sala B")
    tomorrow = factories.day(of, factories.SATURDAY)
    factories.session(tomorrow, "09:00", "10:00", "Mañana")
    publishing.publish(of)
    return of


def lines(page):
    """What is now and next, a line each."""
    return [" ".join(line.inner_text().split()) for line in page.locator("#now .lines p").all()]


def shown(page):
    return [row.inner_text() for row in page.locator(".slot-title:visible").all()]


def test_the_screen_shows_the_hour_now_next_and_the_rest_of_the_day(live_server, of):
    with browser.page(viewport={"width": 1280, "height": 720}) as page:
        page.clock.set_fixed_time(MORNING)
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        assert page.locator("#clock").inner_text() == "9h40"
        assert lines(page) == [
            "Ahora 9h30 Cuencas · Parte I Sala A · quedan 80 min",
            "Ahora 9h30 Orillas Sala B · quedan 140 min",
            "Después 11h00 Pausa café",
        ]
        assert shown(page) == ["Cuencas", "Orillas", "Pausa café"]
        assert page.locator("footer .code svg").count() == 1
        assert "https://talleres.example/es/taller-3/agenda/" in page.locator("footer").inner_text()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2018-09-07T13:00+02:00", ["Mañana"]),
        ("2018-09-01T10:00+02:00", ["Registro", "Cuencas", "Orillas", "Pausa café"]),
        ("2018-09-20T10:00+02:00", ["Registro", "Cuencas", "Orillas", "Pausa café", "Mañana", "Libre"]),
    ],
)
def test_the_screen_shows_the_next_day_before_it_and_all_days_when_it_is_over(live_server, of, moment, expected):
    monday = factories.day(of, factories.MONDAY, optional=True)
    factories.session(monday, None, None, "Libre", part_of_day="morning")
    publishing.publish(of)
    with browser.page() as page:
        page.clock.set_fixed_time(dt.datetime.fromisoformat(moment))
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        assert shown(page) == expected


def test_the_screen_of_one_room_leaves_the_others_out(live_server, of):
    with browser.page() as page:
        page.clock.set_fixed_time(MORNING)
        page.goto(f"{live_server.url}/es/taller-3/pantalla/?lugar=Sala%20B")
        assert lines(page) == ["Ahora 9h30 Orillas Sala B · quedan 140 min", "Después 11h00 Pausa café"]


def test_the_screen_takes_a_new_version_by_itself(live_server, of):
    with browser.page() as page:
        page.clock.install(time=MORNING)
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        Session.objects.filter(title_es="Orillas").update(title_es="Riberas", title="Riberas")
        publishing.publish(of)
        page.clock.run_for(61_000)
        page.get_by_text("Riberas").first.wait_for()


def test_the_screen_goes_on_without_the_server(live_server, of):
    with browser.page() as page:
        page.clock.install(time=MORNING)
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        page.route("**/*", lambda route: route.abort())
        page.clock.run_for(85 * 60_000)
        assert page.locator("#clock").inner_text() == "11h05"
        assert lines(page)[0].startswith("Ahora 9h30 Orillas")
        page.locator("#now .version").get_by_text("Sin conexión").wait_for()


def test_without_javascript_the_screen_shows_all_rows_and_asks_again_each_minute(live_server, of):
    with browser.page(java_script_enabled=False) as page:
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        assert shown(page) == ["Registro", "Cuencas", "Orillas", "Pausa café", "Mañana"]
        assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page.content()


def test_members_sessions_do_not_reach_the_screen_or_other_peoples_pages(client, of):
    factories.session(of.days.first(), "13:00", "14:00", "Secreta", visibility="members")
    publishing.publish(of)
    for path in ("pantalla/", "agenda/embed/"):
        page = client.get(f"/es/taller-3/{path}").content.decode()
        assert ("Cuencas" in page, "Secreta" in page) == (True, False)


# --- other people's pages ---


def ancestors(response):
    return response["Content-Security-Policy"].rpartition("; ")[2]


def test_only_the_listed_sites_may_frame_the_agenda_and_nothing_else(client, of):
    of.framed_by = "https://www.madrid.es\n\nhttps://red.example:8443\n"
    of.full_clean()
    of.save()
    publishing.publish(of)
    framed = client.get("/es/taller-3/agenda/embed/")
    assert ancestors(framed) == "frame-ancestors 'self' https://www.madrid.es https://red.example:8443"
    assert framed["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert "X-Frame-Options" not in framed
    for path in ("", "agenda/", "participantes/", "pantalla/"):
        assert ancestors(client.get(f"/es/taller-3/{path}")) == "frame-ancestors 'none'"


def test_the_list_of_sites_is_public_only_when_published(client, of):
    of.framed_by = "https://www.madrid.es"
    of.save()
    assert ancestors(client.get("/es/taller-3/agenda/embed/")) == "frame-ancestors 'self'"


@pytest.mark.parametrize("line", ["madrid.es", "https://madrid.es/agenda", "javascript:alert(1)", "https://a b", "*", "https://x;script-src"])  # fmt: skip
def test_what_is_no_site_is_refused_by_its_line(of, line):
    of.framed_by = f"https://www.madrid.es\n{line}"
    with pytest.raises(ValidationError) as error:
        of.full_clean()
    assert error.value.message_dict == {
        "framed_by": [f"«{line}» no es la dirección de un sitio como https://www.example.org."]
    }


def test_links_of_the_framed_agenda_leave_the_frame(client, of):
    page = client.get("/es/taller-3/agenda/embed/").content.decode()
    assert '<base target="_blank">' in page
    assert "<script" not in page


def test_an_unchanged_frame_keeps_its_policy(client, of):
    of.framed_by = "https://www.madrid.es"
    of.save()
    publishing.publish(of)
    first = client.get("/es/taller-3/agenda/embed/")
    again = client.get("/es/taller-3/agenda/embed/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, "Content-Security-Policy" in again) == (304, False)
