"""The copy on the reader's device: of one release, whole, never in the way, and true about what it is."""

import re

import pytest

from agenda import publishing
from agenda.models import Session
from tests import browser, factories
from tests.browser import until
from tests.lines import line

pytestmark = pytest.mark.django_db(transaction=True)

HOME, AGENDA, PEOPLE = "/es/taller-3/", "/es/taller-3/agenda/", "/es/taller-3/participantes/"


@pytest.fixture
def of():
    of = factories.small()
    factories.session(of.days.get(), "09:30", "12:00", "Orillas", place="Sala B")
    publishing.publish(of)
    return of


@pytest.fixture
def road(live_server, of):
    with line(int(live_server.url.rpartition(":")[2])) as made:
        yield made


def code(title="Cuencas"):
    return Session.objects.get(title_es=title).code


def move(of, room, title="Cuencas"):
    """Publish another room."""
    Session.objects.filter(title_es=title).update(place=room)
    return publishing.publish(of).number


COPY = "caches.match('/copias/es/taller-3/').then((found) => found && found.json())"


def copied(page, release=1):
    """Wait until the device holds the copy of `release`, and return it."""
    until(page, f"{COPY}.then((copy) => !!copy && copy.release === {release})")
    return page.evaluate(COPY)


def visit(page, road, path=AGENDA):
    page.goto(road.url + path)
    return page


# What a reader can read on a page, without what the script says of the moment.
TEXT = """(html) => {
  const page = html === null ? document : new DOMParser().parseFromString(html, "text/html");
  const copy = page.body.cloneNode(true);
  for (const part of copy.querySelectorAll("#now, #mine, #own, #found, .star, .is-now, script")) part.remove();
  return copy.textContent.replace(/\\s+/g, " ").trim();
}"""


def claimed(page):
    return int(re.search(r"Versión (\d+), publicada", page.locator("footer").inner_text())[1])


def said(page):
    return " ".join(page.locator("#now .version").inner_text().split())


def test_one_visit_keeps_the_whole_release_and_nothing_more(road):
    with browser.page() as page:
        copy = copied(visit(page, road))
        assert sorted(copy["pages"]) == [HOME, AGENDA, PEOPLE]
        held = page.evaluate(
            "caches.open('taller-files').then((s) => s.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
        )
        assert sorted(held) == sorted(copy["files"])
        assert {"/static/js/agenda.js", "/static/js/search.js"} <= set(held)
        assert [file for file in held if file.startswith("/css/site.")]
        assert not [path for path in road.paths() if code() in path]


def test_further_visits_do_not_ask_for_the_copy_again(road):
    with browser.page() as page:
        copied(visit(page, road))
        for _visit in range(3):
            visit(page, road)
        asked = road.paths()
        assert (asked.count(HOME), asked.count(PEOPLE), asked.count("/sw.js")) == (1, 1, 1)
        assert asked.count("/es/taller-3/version.json") == 0  # what the network has just given is the newest


def test_the_newest_release_is_read_whenever_the_network_answers(road, of):
    with browser.page() as page:
        copied(visit(page, road))
        visit(page, road, f"{AGENDA}{code()}/")
        move(of, "Sala Nueva")
        for path in (f"{AGENDA}{code()}/", AGENDA, HOME):
            visit(page, road, path)
            assert claimed(page) == 2
        page.go_back()
        page.go_back()
        assert "Sala Nueva" in page.locator("main").inner_text()


def test_the_copy_follows_a_release_from_whichever_page_it_was_seen_on(road, of):
    with browser.page() as page:
        copied(visit(page, road))
        move(of, "Sala Nueva")
        visit(page, road, f"{AGENDA}{code()}/")
        assert all("Sala Nueva" in text for path, text in copied(page, 2)["pages"].items() if path == AGENDA)
        road.set("cut")
        visit(page, road)
        assert (claimed(page), "Sala Nueva" in page.locator("main").inner_text()) == (2, True)


WAYS = [
    ("/", HOME, "El río une"),
    ("/es", HOME, "El río une"),
    ("/es/", HOME, "El río une"),
    ("/es/talleres/", HOME, "El río une"),
    ("/es/taller-3", HOME, "El río une"),
    ("/es/taller-3/agenda", AGENDA, "Cuencas"),
    ("/es/taller-3/agenda/?q=orillas", f"{AGENDA}?q=orillas", "Orillas"),
    ("/es/taller-3/agenda?q=orillas", f"{AGENDA}?q=orillas", "Orillas"),
    ("/es/taller-3/agenda/CODE/", f"{AGENDA}#s-CODE", "Cuencas"),
    ("/es/taller-3/agenda/CODE", f"{AGENDA}#s-CODE", "Cuencas"),
    ("/fr/taller-3/agenda/CODE/", f"{AGENDA}#s-CODE", "Cuencas"),
    ("/es/taller-3/ejes/1/", f"{AGENDA}?eje=1", "Cuencas"),
    ("/es/taller-3/participantes/quito/", f"{PEOPLE}#p-quito", "Quito"),
    ("/fr/taller-3/participantes/", PEOPLE, "Quito"),
    ("/fr/", HOME, "El río une"),
    ("/es/taller-3/?utm_source=x", f"{HOME}?utm_source=x", "El río une"),
    ("/es/taller-3/cambios/", "/es/taller-3/cambios/", "No está guardada en este dispositivo"),
    ("/es/taller-3/v/1/agenda/", "/es/taller-3/v/1/agenda/", "No está guardada en este dispositivo"),
    ("/es/taller-9/agenda/", "/es/taller-9/agenda/", "No está guardada en este dispositivo"),
    ("/es/taller-3/agenda/zzzz/", "/es/taller-3/agenda/zzzz/", "No está guardada en este dispositivo"),
]


def test_without_network_every_way_to_a_kept_page_leads_there(kept):
    page, road, own = kept
    for path, leads, shows in WAYS:
        page.goto(road.url + path.replace("CODE", own))
        assert page.url.removeprefix(road.url) == leads.replace("CODE", own), path
        assert page.get_by_text(shows).first.is_visible(), path


@pytest.fixture
def kept(road):
    """A device that holds the copy and has lost the network, with the code of a session."""
    with browser.page() as page:
        copied(visit(page, road))
        road.set("cut")
        yield page, road, code()


def test_a_copy_filters_its_rows_as_the_server_would(kept):
    page, road, _own = kept
    visit(page, road, "/es/taller-3/ejes/1/")
    until(page, "document.querySelectorAll('.slot:not([hidden])').length === 1")
    visit(page, road, f"{AGENDA}?s={code('Orillas')}")
    until(page, "!!document.querySelector('.slot[hidden]')")
    titles = page.locator(".slot:visible .slot-title").all_inner_texts()
    assert titles == ["Registro", "Orillas", "Pausa café"]  # with what is for everybody


def test_what_is_not_kept_is_said_kindly_and_leads_to_the_agenda(kept):
    page, road, _own = kept
    visit(page, road, "/es/taller-3/impreso/")
    assert page.locator("h1").inner_text() == "No está guardada en este dispositivo"
    page.get_by_text("A la agenda").click()
    page.get_by_text("Cuencas").first.wait_for()


def test_every_page_of_a_copy_says_that_it_is_one(kept):
    page, road, _own = kept
    for path in (HOME, AGENDA, PEOPLE):
        visit(page, road, path)
        until(page, "document.querySelector('#now .version').textContent.includes('Sin conexión')")


def test_a_copy_that_is_known_to_be_old_says_so_on_every_page(road, of):
    with browser.page() as page:
        page.clock.install()
        copied(visit(page, road))
        move(of, "Sala Nueva")
        page.clock.run_for(61_000)
        until(page, "document.querySelector('#now .version').textContent.includes('versión nueva (2)')")
        road.set("cut")
        for path in (HOME, AGENDA, PEOPLE):
            visit(page, road, path)
            until(page, "document.querySelector('#now .version').textContent.includes('ya hay una versión 2')")
            assert claimed(page) == 1


def test_another_tab_learns_of_a_new_version_without_asking(road, of):
    with browser.page() as page:
        copied(visit(page, road))
        other = page.context.new_page()
        move(of, "Sala Nueva")
        visit(other, road, PEOPLE)
        until(page, "document.querySelector('#now .version').textContent.includes('versión nueva (2)')")
        copied(page, 2)
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        # The older tab wishes for its own release; the newer copy stays.
        wish = {"home": HOME, "pages": [HOME, AGENDA, PEOPLE], "release": 1, "missing": ["", "", "", "es"]}
        page.evaluate("(wish) => navigator.serviceWorker.ready.then((all) => all.active.postMessage(wish))", wish)
        page.wait_for_timeout(300)
        assert copied(page, 2)["release"] == 2


def test_a_device_that_slept_through_three_releases_hears_of_all_their_changes(road, of):
    with browser.page() as page:
        page.clock.install()
        copied(visit(page, road))
        road.set("cut")
        page.clock.run_for(61_000)
        until(page, "document.querySelector('#now .version').textContent.includes('Sin conexión')")
        for room in ("Una", "Dos", "Tres"):
            move(of, room)
        road.set("up")
        page.clock.run_for(61_000)
        until(page, "document.querySelector('#now .version').textContent.includes('(4): 3 cambios')")
        page.click("#now .version a")
        page.get_by_text("Tres").first.wait_for()
        copied(page, 4)


@pytest.mark.long
def test_three_releases_are_read_online_offline_and_back_and_every_word_is_of_the_release_claimed(road, of, client):
    pages = [HOME, AGENDA, PEOPLE, f"{AGENDA}{code()}/", "/es/taller-3/ejes/1/"]
    truth = {}

    def publish(room):
        number = move(of, room) if room else 1
        truth[number] = {path: client.get(path).content.decode() for path in pages}
        return number

    def compare(tab, path, at_least):
        visit(tab, road, path)
        if road.state != "up":
            until(tab, "document.querySelector('#now .version').textContent.includes('Sin conexión')")
        number = claimed(tab)
        assert number >= at_least, f"{path} is of release {number}"
        shown = "/" + tab.url.split("?")[0].split("#")[0].split("/", 3)[3]
        if "?" not in tab.url:  # a filtered copy shows some of its rows
            assert tab.evaluate(TEXT) == tab.evaluate(TEXT, truth[number][shown]), path
        return number

    publish("")
    with browser.page() as page:
        other = page.context.new_page()
        copied(visit(page, road))
        for room in ("Una", "Dos", "Tres"):
            number = publish(room)
            for tab, path in zip([page, other] * 3, pages, strict=False):
                compare(tab, path, at_least=number)
            copied(page, number)
            road.set("cut")
            publish(room + " bis")  # nobody here hears of it yet
            for tab, path in zip([other, page] * 3, pages, strict=False):
                compare(tab, path, at_least=number)
            road.set("up")
            compare(other, AGENDA, at_least=number + 1)


def fill_up(page, road):
    """Leave a thousand bytes of the device to the site."""
    quota = {"origin": road.url, "quotaSize": 1000}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)


@pytest.mark.parametrize("state", ["slow", "proxy"])
def test_a_network_that_does_not_get_through_is_as_none(road, state):
    with browser.page() as page:
        copied(visit(page, road))
        road.set(state)
        page.goto(f"{road.url}{AGENDA}", timeout=9000)
        assert page.get_by_text("Cuencas").first.is_visible()
        road.set("up")


def test_a_full_device_reads_everything_and_keeps_nothing(road):
    with browser.page() as page:
        fill_up(page, road)
        for path in (AGENDA, f"{AGENDA}{code()}/", PEOPLE, HOME, AGENDA):
            visit(page, road, path)
            page.wait_for_timeout(150)
            assert page.locator("h1").first.is_visible()
            assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times New Roman"
        assert page.evaluate(COPY) is None


def test_a_full_device_keeps_the_copy_that_it_has(road, of):
    with browser.page() as page:
        copied(visit(page, road))
        fill_up(page, road)
        move(of, "Sala Nueva")
        visit(page, road)
        page.wait_for_timeout(300)
        road.set("cut")
        visit(page, road)
        until(page, "document.querySelector('#now .version').textContent.includes('ya hay una versión 2')")
        assert claimed(page) == 1


def test_who_spares_data_has_nothing_fetched_ahead(road):
    with browser.page() as page:
        page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { get: () => true })")
        copy = copied(visit(page, road))
        assert list(copy["pages"]) == [AGENDA]
        assert not {HOME, PEOPLE} & set(road.paths())
        assert road.paths().count(AGENDA) == 1


def test_what_members_see_is_not_kept(road, of, client):
    factories.session(of.days.get(), "15:00", "16:00", "Reunión reservada", visibility="members")
    publishing.publish(of)
    client.force_login(factories.user())
    with browser.page() as page:
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": road.url}])
        visit(page, road)
        assert "Reunión reservada" in page.locator("main").inner_text()
        assert "Reunión reservada" not in str(copied(page, 2))


def test_what_an_older_worker_left_goes_and_its_open_page_breaks_nothing(road):
    with browser.page() as page:
        visit(page, road, "/healthz")
        page.evaluate("caches.open('taller-0a1b2c3d').then((store) => store.put('/es/', new Response('alt')))")
        copied(visit(page, road))
        assert sorted(page.evaluate("caches.keys()")) == ["taller-copies", "taller-files"]
        old = {"keep": [AGENDA], "from": PEOPLE}
        page.evaluate("(wish) => navigator.serviceWorker.ready.then((all) => all.active.postMessage(wish))", old)
        copied(visit(page, road))


def test_two_workshops_and_two_languages_are_kept_beside_each_other(road, of):
    other = factories.workshop("taller-4", number=4, title_es="Mares que unen")
    factories.session(factories.day(other), "09:00", "10:00", "Mareas")
    publishing.publish(other)
    with browser.page() as page:
        copied(visit(page, road))
        visit(page, road, "/fr/taller-3/agenda/")
        until(page, "caches.match('/copias/fr/taller-3/').then(Boolean)")
        visit(page, road, "/es/taller-4/agenda/")
        until(page, "caches.match('/copias/es/taller-4/').then(Boolean)")
        road.set("cut")
        for path, title in (
            (AGENDA, "Cuencas"),
            ("/fr/taller-3/agenda/", "Cuencas"),
            ("/es/taller-4/agenda/", "Mareas"),
        ):
            visit(page, road, path)
            assert page.url == road.url + path
            assert page.get_by_text(title).first.is_visible()
