"""The server and the script of the agenda find the same: one table, one rule, asked the same thousand things."""

import json
import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda import publishing
from agenda.models import Session
from agenda.web import search
from languages import search_key, words_of
from languages.searching import TYPED
from tests import browser, factories

pytestmark = pytest.mark.django_db(transaction=True)
AGENDA = "/es/taller-3/agenda/"
SCRIPT = Path(__file__).parents[2] / "static" / "js" / "search.js"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("l'eau", "L’eau"), ("L`EAU", "L’eau"), ("l´eau", "L’eau"), ("leau", "L’eau"), ("eau", "l’eau"),
        ("allas", "AL-LAs"), ("AL LAs", "AL-LAs"), ("al–las", "AL-LAs"), ("ucci", "U.C.C.I."),
        ("strasse", "Straße"), ("oeuvre", "Œuvre"), ("oficina", "oﬁcina"), ("lodz", "Łódź"), ("da nang", "Đà Nẵng"),
        ("kobenhavn", "København"), ("sabado", "Sábado"), ("SÁBADO", "sábado"), ("canyo", "cañyo"), ("ⅱ", "II"),
        ("barcelona", "Barce\u00adlona"), ("madrid", "ＭＡＤＲＩＤ"), ("collectiu", "col·lectiu"), ("οδοσ", "ΟΔΟΣ"),
        ("«ríos»", "ríos"), ("y/o", "Y/o"), ("10", "10.º"), ("istanbul", "İstanbul"),
    ],
)  # fmt: skip
def test_what_people_type_is_found_where_it_is_set_otherwise(typed, written):
    assert all(word in search_key(written) for word in words_of(typed)), (words_of(typed), search_key(written))


def test_signs_without_a_word_find_nothing_and_blanks_ask_for_nothing():
    assert (words_of("—"), words_of(" \u2028\t"), words_of("a — b")) == (["\x00"], [], ["a", "b"])


@given(st.text())
@settings(max_examples=300)
def test_a_key_is_its_own_key(text):
    assert search_key(search_key(text)) == search_key(text)


def test_the_script_has_the_servers_table():
    [found] = re.findall(r"const TYPED = (\{.*?\});", SCRIPT.read_text(encoding="utf-8"))
    assert json.loads(found) == TYPED


@pytest.fixture
def of():
    """Rows in whose words everything stands that is typed otherwise than it is set; one of them cancelled."""
    of = factories.small()
    on, axis = of.days.get(), of.axes.get()
    factories.session(on, "12:00", "13:00", "L’eau à Łódź", ["«Œuvre» y/o AL-LAs", "Straße 10.º"], [("moderates", "U.C.C.I.")], axis=axis, part=2, place="Salón Ñandú", languages=["es", "fr"])  # fmt: skip
    factories.session(on, "13:00", "14:00", "İstanbul — Đà Nẵng", description_es="Una **nota**[^1] y [un sitio](https://x.example/quito/).\n\n- punto\n- otro\n\n[^1]: Al pie.")  # fmt: skip
    factories.session(on, "14:00", "15:00", "Comida", kind="meal")
    saturday = factories.day(of, factories.SATURDAY, label_es="Visita")
    factories.session(saturday, "10:00", "11:00", "Paseo por el río", ["Quito"], interpreted=["en"])
    factories.session(
        factories.day(of, factories.MONDAY, optional=True), None, None, "Excursión", part_of_day="morning"
    )
    factories.session(saturday, "12:00", "13:00", "Se cancela", ["Quito"])
    publishing.publish(of)
    Session.objects.filter(title_es="Se cancela").delete()
    publishing.publish(of)
    return of


def questions(text, count):
    """What readers might type, made of `text`: words and parts of words, otherwise written, two of them, nonsense."""
    chance = random.Random(10)  # noqa: S311  no secret
    words = text.split()
    bare = lambda word: "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))  # noqa: E731
    changes = [str, str.upper, str.lower, bare, lambda w: w + ".", lambda w: "«" + w, lambda w: w[1:], lambda w: w[:-1],
               lambda w: w.replace("’", "'"), lambda w: w.replace("-", " "), lambda w: w[::-1], lambda w: w.title()]  # fmt: skip
    for _n in range(count):
        asked = [chance.choice(changes)(chance.choice(words)) for _word in range(chance.choice((1, 1, 1, 2, 3)))]
        yield {"q": " ".join(asked)}


def filters():
    for eje in ("", "1", "9"):
        for dia in ("", "7-sep", "8-sep", "1-ene"):
            for rest in (
                {},
                {"tipo": "meal"},
                {"participante": "quito"},
                {"idioma": "fr"},
                {"idioma": "en"},
                {"q": "quito"},
            ):
                yield {name: value for name, value in {"eje": eje, "dia": dia, **rest}.items() if value}


ASK = """(asked) => {
  const { form } = window.taller;
  const found = [];
  for (const wish of asked) {
    for (const element of form.elements) if (element.name) {
      element.value = "";
      if (!(element.name in wish)) continue;
      if (element.tagName === "SELECT" && ![...element.options].some((o) => o.value === wish[element.name])) element.append(new Option("x", wish[element.name]));
      element.value = wish[element.name];
    }
    form.dispatchEvent(new Event("input"));
    found.push([...document.querySelectorAll(".day .slot:not([hidden])")].map((row) => row.id.slice(2)));
  }
  return found;
}"""


@pytest.mark.long
def test_both_find_the_same_rows_a_thousand_times(live_server, client, of):
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.focus("#q")
        browser.until(page, "!!(window.taller && window.taller.wordsOf)")
        asked = [*questions(page.locator("main").inner_text(), 1000), *filters()]
        by_script = page.evaluate(ASK, asked)
    context = client.get(AGENDA + "?q=zzz").context
    programme, everything = context["programme"], client.get(AGENDA).context["days"]
    whole = type(programme)(
        **{name: getattr(programme, name) for name in programme.__struct_fields__} | {"days": everything}
    )
    names = {"q": "words", "dia": "day", "tipo": "kind", "participante": "participant", "idioma": "language"}
    counted = 0
    for wish, found in zip(asked, by_script, strict=True):
        values = {names[name]: value for name, value in wish.items() if name != "eje"}
        chosen = search.select(whole, search.Wish(axis=int(wish["eje"]) if "eje" in wish else None, **values))
        assert [slot.code for _day, slot in chosen.entries] == found, wish
        counted += bool(found)
    assert counted > 300  # most of what is asked is somewhere


def test_both_take_any_text_for_the_same_words(live_server, of):
    chance = random.Random(7)  # noqa: S311  no secret
    signs = [chr(n) for n in range(1, 0x2FA20) if unicodedata.category(chr(n)) not in ("Cs", "Cn", "Co")]
    texts = ["".join(signs[n : n + 400]) for n in range(0, len(signs), 400)]
    texts += ["".join(chance.choices(signs[:3000], k=12)) for _n in range(1000)]
    with browser.page() as page:
        page.goto(live_server.url + AGENDA)
        page.focus("#q")
        browser.until(page, "!!(window.taller && window.taller.wordsOf)")
        by_script = page.evaluate("(texts) => texts.map(window.taller.wordsOf)", texts)
    for text, words in zip(texts, by_script, strict=True):
        assert words == words_of(text), ascii(text)


def test_what_was_cancelled_is_found_and_says_so(client, of, words):
    text = words(client.get(AGENDA + "?q=se+cancela"))
    assert "Se cancela Cancelada" in text


@pytest.mark.parametrize(
    "asked", ["parte II", "SABADO", "eje 1", "allas", "visita", "programa opcional", "al pie", "nandu"]
)
def test_day_axis_part_and_notes_are_found(client, of, asked):
    assert client.get(AGENDA, {"q": asked}).context["found"] >= 1
