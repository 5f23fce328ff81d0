import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda import publishing
from agenda.models import Session
from agenda.web import search
from tests import factories
from tests.agenda.test_ics import PROGRAMME


def codes(**wish):
    return [slot.code for _day, slot in search.select(PROGRAMME, search.Wish(**wish)).entries]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, ["b2cd", "k7mn", "d4fg", "h5jk"]),
        ({"words": "rios"}, ["k7mn"]),
        ({"words": "RÍOS lagos"}, ["k7mn"]),
        ({"words": "ucm"}, ["k7mn"]),
        ({"words": "sala quito"}, ["k7mn"]),
        ({"words": "agua"}, ["k7mn"]),
        ({"words": "montaña"}, []),
        ({"day": "10-sep"}, ["h5jk"]),
        ({"day": "1-ene"}, []),
        ({"axis": 1}, ["k7mn"]),
        ({"axis": 9}, []),
        ({"kind": "break"}, ["d4fg"]),
        ({"participant": "nadie"}, []),
        ({"kind": "registration", "day": "7-sep", "words": "regis"}, ["b2cd"]),
    ],
)
def test_rows_are_found_by_words_without_accents_day_axis_kind_and_participant(wish, expected):
    assert codes(**wish) == expected


@given(st.text())
def test_every_word_gives_a_programme(words):
    assert set(codes(words=words)) <= {"b2cd", "k7mn", "d4fg", "h5jk"}


@pytest.fixture
def site(db):
    of = factories.small()
    publishing.publish(of)


def test_a_search_stands_in_the_address_and_says_how_many_it_found(site, client, words):
    text = words(client.get("/es/taller-3/agenda/?q=cuencas"))
    assert "Se ha encontrado 1 fila." in text
    assert "Registro sin" not in text
    assert "Pausa café Programa" not in text
    assert 'value="cuencas"' in client.get("/es/taller-3/agenda/?q=cuencas").content.decode()


def test_a_search_that_finds_nothing_says_what_to_do(site, client, words):
    text = words(client.get("/es/taller-3/agenda/?q=zzz&eje=1&participante=quito"))
    assert "Se han encontrado 0 filas. Pruebe con menos palabras o con otras, o quite un filtro. Ver todo" in text


def test_filters_combine_and_nonsense_asks_for_nothing(site, client, words):
    assert "Se ha encontrado 1 fila." in words(
        client.get("/es/taller-3/agenda/?participante=quito&tipo=session&dia=7-sep")
    )
    assert "encontrado" not in words(client.get("/es/taller-3/agenda/?eje=uno&x=1"))


def test_the_language_switch_keeps_the_filters(site, client):
    html = client.get("/es/taller-3/agenda/?q=r%C3%ADo&eje=1").content.decode()
    assert 'href="/fr/taller-3/agenda/?q=r%C3%ADo&amp;eje=1"' in html


def test_each_search_has_an_etag_of_its_own(site, client):
    etags = [client.get(f"/es/taller-3/agenda/{query}").headers["ETag"] for query in ("", "?q=a", "?q=b")]
    assert len(set(etags)) == 3
    assert client.get("/es/taller-3/agenda/?q=a", headers={"if-none-match": etags[1]}).status_code == 304


def test_members_matter_is_not_found_by_the_public(site, client, words):
    from agenda.models import Workshop

    of = Workshop.objects.get()
    factories.session(of.days.get(), "18:00", "19:00", "Zafiro", visibility="members")
    factories.session(of.days.get(), "19:00", "20:00", "Comité", ["zafiro"], visibility="listed")
    publishing.publish(of)
    assert "Se han encontrado 0 filas." in words(client.get("/es/taller-3/agenda/?q=zafiro"))
    client.force_login(factories.user("committee"))
    assert "Se han encontrado 2 filas." in words(client.get("/es/taller-3/agenda/?q=zafiro"))


def test_a_hostile_search_stays_text(site, client):
    html = client.get("/es/taller-3/agenda/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in html


def test_search_engines_get_the_workshop_with_its_sessions(site, client):
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', client.get("/es/taller-3/").content.decode())[1])
    assert {name: data[name] for name in ("@type", "name", "startDate", "endDate")} == {
        "@type": "Event", "name": "Ríos que unen", "startDate": "2018-09-07", "endDate": "2018-09-07",
    }  # fmt: skip
    code = Session.objects.get(title_es="Cuencas").code
    assert data["subEvent"][1] == {
        "@type": "Event", "@id": f"https://talleres.example/es/taller-3/agenda/{code}/", "name": "Cuencas", "startDate": "2018-09-07T09:30+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode", "endDate": "2018-09-07T11:00+02:00",
        "url": f"https://talleres.example/es/taller-3/agenda/{code}/", "performer": [{"@type": "Organization", "name": "Quito"}],
        "location": {"@type": "Place", "name": "Sala A, Galpón 11", "address": {"@type": "PostalAddress", "streetAddress": "Avenida del Río 1", "addressLocality": "Rosario", "addressCountry": "AR"}},
    }  # fmt: skip


def test_a_large_workshop_names_its_sessions_and_each_page_tells_its_own(db, client):
    publishing.publish(factories.large(101))
    data = [
        json.loads(re.search(r'ld\+json">(.*?)</script>', client.get(path).content.decode())[1])
        for path in ("/es/grande/", "/es/grande/agenda/s0000/")
    ]
    assert len(data[0]["subEvent"]) == 101
    assert data[0]["subEvent"][0] == {"@type": "Event", "@id": "https://talleres.example/es/grande/agenda/s0000/"}
    assert (data[1]["@id"], data[1]["name"]) == (data[0]["subEvent"][0]["@id"], "Sesión 0")


def test_the_list_names_six_sessions_of_a_participant_and_leads_to_the_others(db, client, words):
    publishing.publish(factories.large(290))  # ten for each participant, the items of the first name it too
    text = words(client.get("/es/grande/participantes/"))
    assert (text.count("y 4 más"), text.count("Sesión ")) == (29, 29 * 6)


def test_a_title_cannot_leave_the_script_that_describes_it(db, client):
    of = factories.small()
    Session.objects.filter(title_es="Cuencas").update(title_es="</script><script>alert(1)</script>")
    publishing.publish(of)
    assert "<script>alert" not in client.get("/es/taller-3/").content.decode()
