"""A workshop is written in one of the four languages first; the others fall back to it."""

import pytest
from django.core.exceptions import ValidationError

from agenda import clashes, programme, publishing
from agenda.models import Item, Session, Workshop
from agenda.notes import document, load, outline
from languages import Text
from tests import factories
from tests.books import bring, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def french():
    of = Workshop.objects.create(
        slug="atelier", title_fr="Les rivières", source="fr", languages=["fr", "es"], timezone="Europe/Paris"
    )
    on = factories.day(of)
    Session.objects.create(day=on, start=factories.time("09:00"), title_fr="Accueil", visibility="everyone")
    return of


def test_the_others_fall_back_to_it(french):
    assert programme.build(french, "es").title == Text("Les rivières", "fr")
    assert [slot.title for _day, slot in programme.build(french, "pt-br").entries] == [Text("Accueil", "fr")]


def test_it_is_published_and_read_in_every_language(french, client):
    factories.published(french)
    for language in ("es", "fr"):
        page = client.get(f"/{language}/atelier/agenda/").content.decode()
        assert "Accueil" in page
    assert '<span lang="fr">Accueil</span>' in client.get("/es/atelier/agenda/").content.decode()


def test_a_text_that_it_has_not_is_asked_for_in_words(french):
    session = Session(day=french.days.get(), start=factories.time("10:00"), title_es="Pausa")
    with pytest.raises(ValidationError) as error:
        session.full_clean()
    assert error.value.message_dict == {"title_fr": ["Falta el texto en francés, el idioma del taller."]}
    item = Item(session=french.sessions.get(), text_es="Punto")
    with pytest.raises(ValidationError, match="Falta el texto en francés"):
        item.full_clean()


def test_what_got_past_the_form_stops_publication(french):
    Session.objects.create(
        day=french.days.get(), start=factories.time("10:00"), title_es="Pausa", visibility="everyone"
    )
    draft, found, *_rest = publishing.review(french)
    assert draft.language == "es"
    [clash] = clashes.blockers(found)
    assert clash.message == "«Pausa» no está escrito en francés, el idioma del taller."
    with pytest.raises(publishing.Blocked):
        publishing.publish(french)


def test_what_is_missing_is_counted_in_the_others_and_says_what_stands_there(french):
    [doubt] = [clash for clash in publishing.review(french).clashes if clash.rule == "untranslated"]
    assert doubt.message == "Español: 2 textos están sin traducir y se mostrarán en francés."


def test_its_own_language_is_one_of_its_languages():
    with pytest.raises(ValidationError) as error:
        Workshop(slug="x", title_fr="X", source="fr", languages=["es", "en"]).full_clean()
    assert "Los idiomas son el del taller y otros del sitio." in str(error.value)


def test_a_note_is_taken_over_in_it(french):
    text = "# Les ponts\n\n## Agenda\n\n### VENDREDI 7 SEPTEMBRE 2018\n\n| | |\n|---|---|\n| 9h00-10h00 | Accueil |\n| 10h00-11h00 | Les ponts |\n"
    read = outline.read(document.read(text.encode()))
    load.load(read, [factories.FRIDAY], into=french)
    french.refresh_from_db()
    assert (french.title_fr, french.title_es) == ("Les ponts", None)
    titles = french.sessions.order_by("start").values_list("title_fr", "title_es")
    assert list(titles) == [("Accueil", None), ("Les ponts", None)]


def test_a_sheet_takes_items_in_it(french):
    sessions = [["taller", "jornada", "inicio", "título [fr]"], ["atelier", "2018-09-07", "12:00", "Débat"]]
    items = [["taller", "sesión", "texto [fr]"], ["atelier", "Débat", "un"], ["atelier", "Débat", "deux"]]
    bring(xlsx(Sesiones=sessions, Puntos=items))
    assert [item.text_fr for item in Session.objects.get(title_fr="Débat").items.all()] == ["un", "deux"]


def test_the_form_of_a_session_asks_for_the_title_in_the_workshops_language(french, client):
    client.force_login(factories.user())
    session = french.sessions.get()
    form = client.get(f"/admin/agenda/session/{session.pk}/change/").context["adminform"].form
    assert [form.fields[name].required for name in ("title_fr", "title_es")] == [True, False]
