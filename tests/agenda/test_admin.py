import base64
import io
import re
import zlib
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agenda import publishing
from agenda.models import Item, Release, Session, Workshop
from edits.models import EditedRow
from tests import factories
from tests.forms import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client):
    factories.enter(client, factories.user("organiser"))
    return client


def changelists():
    return {
        f"{model._meta.app_label}.{model._meta.model_name}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
        if model._meta.app_label in ("agenda", "participants")
    }


def test_every_model_of_ours_is_in_the_admin():
    from django.apps import apps

    models = {m for label in ("agenda", "participants") for m in apps.get_app_config(label).get_models()}
    assert {m.__name__ for m in models - set(admin.site._registry)} == {
        "Acceptance",
        "DraftLink",
        "Logo",
        "PrintOrder",
        "PrintedFile",
        "ReleaseTree",
        "Withdrawal",
    }


def test_every_list_and_form_opens_in_spanish(organiser, words):
    publishing.publish(factories.small())
    for name, address in changelists().items():
        response = organiser.get(address, follow=True)
        assert response.status_code == 200, name
        assert 'lang="es"' in response.content.decode()
        first = next(
            iter(
                admin.site._registry[
                    next(m for m in admin.site._registry if m._meta.label_lower == name)
                ].model.objects.all()
            ),
            None,
        )
        if first is not None:
            change = organiser.get(reverse(f"admin:{name.replace('.', '_')}_change", args=[first.pk]))
            assert change.status_code == 200, name
            assert not re.search(r"\b(title|language|order|country|region) ?\[", words(change)), name


def test_no_list_costs_more_than_twelve_queries_whatever_its_size(organiser):
    def costs():
        found = {}
        for name, address in changelists().items():
            with CaptureQueriesContext(connection) as queries:
                organiser.get(address)
            found[name] = len(queries)
        return found

    publishing.publish(factories.small())
    costs()
    few = costs()
    publishing.publish(factories.large(150))
    many = costs()
    assert {name: cost for name, cost in many.items() if cost > 12} == {}
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + 2} == {}


def test_items_and_moderators_are_edited_on_the_session(organiser):
    publishing.publish(factories.small())
    session = Session.objects.get(title_es="Cuencas")
    data = filled_in(organiser.get(reverse("admin:agenda_session_change", args=[session.pk])))
    form = {
        "day": session.day_id, "start": "09:30", "end": "11:00", "part_of_day": "", "place": "Sala B", "title_es": "Cuencas y ríos",
        "kind": "session", "visibility": "everyone", "state": "ready", "axis": session.axis_id, "part": 1, "description_es": "",
        "items-TOTAL_FORMS": 3, "items-INITIAL_FORMS": 2, "moderators-TOTAL_FORMS": 1, "moderators-INITIAL_FORMS": 1,
        **{k: v for k, v in data.items() if re.match(r"(items|moderators)-\d+-", k)},
        "moderators-0-role": "moderates", "moderators-0-confirmation": "yes", "moderators-0-participant": "", "moderators-0-session": session.pk, "items-0-session": session.pk,
        "items-1-session": session.pk, "items-2-session": session.pk, "items-2-position": 3, "items-2-text_es": "Cierre", "items-2-text_fr": "Clôture",
    }  # fmt: skip
    response = organiser.post(reverse("admin:agenda_session_change", args=[session.pk]), form)
    assert response.status_code == 302, re.findall(r'class="errorlist[^>]*>.*?</ul>', response.content.decode(), re.S)
    session.refresh_from_db()
    assert (session.title_es, session.place) == ("Cuencas y ríos", "Sala B")
    assert list(session.items.values_list("text_es", "text_fr")) == [
        ("Quito", None),
        ("Preguntas", None),
        ("Cierre", "Clôture"),
    ]


def test_a_rule_of_a_row_is_said_in_the_form(organiser, words):
    of = factories.small()
    form = {"day": of.days.get().pk, "start": "11:00", "end": "10:00", "title_es": "X", "kind": "session", "visibility": "everyone",
            "items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0, "moderators-TOTAL_FORMS": 0, "moderators-INITIAL_FORMS": 0}  # fmt: skip
    response = organiser.post(reverse("admin:agenda_session_add"), form)
    assert (
        "El fin tiene que ser posterior al inicio; desde las 18:00 puede ser del día siguiente, hasta las 6:00."
        in words(response)
    )


# --- publication ---


def publish_page(of):
    return reverse("admin:agenda_workshop_publish", args=[of.pk])


def press(client, of, **more):
    """Look at the page and press its button."""
    return client.post(publish_page(of), {**filled_in(client.get(publish_page(of))), **more}, follow=True)


def test_the_page_of_publication_says_what_would_change_and_what_is_doubtful(organiser, words):
    of = factories.small()
    assert "Lo que cambia al publicar: todo, es la primera versión" in words(organiser.get(publish_page(of)))
    publishing.publish(of)
    assert "Publicar no cambiaría nada" in words(organiser.get(publish_page(of)))
    Session.objects.filter(title_es="Cuencas").update(place="Sala B")
    text = words(organiser.get(publish_page(of)))
    assert "Cambio de lugar: «Cuencas», ahora Sala B." in text
    assert "«Registro» no tiene hora de fin." in text


def test_publishing_with_a_note_makes_the_release_public(organiser, client, words):
    of = factories.small()
    response = press(organiser, of, note="Agenda definitiva")
    assert "La versión 1 está publicada: ver la agenda ." in words(response)
    assert (Release.objects.get().note, str(Release.objects.get().published_by)) == (
        "Agenda definitiva",
        "ana@example.org",
    )
    assert "Agenda definitiva" in words(client.get("/es/taller-3/agenda/"))


def test_publishing_twice_says_that_nothing_has_changed(organiser, words):
    of = factories.small()
    press(organiser, of)
    assert "Nada ha cambiado desde la última versión" in words(press(organiser, of))
    assert Release.objects.count() == 1


def test_a_blocker_is_told_before_and_after_the_button(organiser, words):
    of = factories.small()
    factories.session(of.days.get(), "09:45", "10:15", "Otra", place="Sala A")
    page = organiser.get(publish_page(of))
    assert "Esto impide publicar" in words(page)
    assert "Sala A acoge «Cuencas» y «Otra» a la vez." in words(page)
    assert "No se ha publicado nada" in words(press(organiser, of))
    assert Release.objects.count() == 0


def test_a_coordinator_sees_everything_and_changes_nothing(client, words):
    of = factories.small()
    publishing.publish(of)
    client.force_login(factories.user("coordinator"))
    for name, address in changelists().items():
        assert client.get(address).status_code == (403 if name == "participants.user" else 200), name
    assert client.get(publish_page(of)).status_code == 200
    assert client.post(publish_page(of)).status_code == 403
    session = Session.objects.first()
    assert client.post(reverse("admin:agenda_session_change", args=[session.pk]), {"title_es": "X"}).status_code == 403
    export = reverse("admin:agenda_workbook_export")
    for query in ("hoja=Sesiones&formato=csv", "taller=taller-3&formato=xlsx"):
        assert client.get(f"{export}?{query}").status_code == 200
    note = reverse("admin:agenda_workshop_note")
    assert (client.get(note).status_code, client.post(note).status_code) == (403, 403)
    workbook = reverse("admin:agenda_workbook")
    assert "Importar un archivo" not in words(client.get(workbook))
    assert client.post(workbook).status_code == 403
    assert "Importar" not in words(client.get(reverse("admin:agenda_session_changelist")))


def test_a_committee_member_does_not_enter_the_admin(client):
    client.force_login(factories.user("committee"))
    assert client.get("/admin/").status_code == 302
    assert client.get(publish_page(factories.small())).status_code == 302


def test_a_release_can_be_seen_and_neither_made_changed_nor_deleted(organiser):
    release = factories.published()
    page = reverse("admin:agenda_release_change", args=[release.pk])
    assert organiser.get(page).status_code == 200
    assert organiser.post(page, {"note": "x"}).status_code == 403
    assert organiser.post(reverse("admin:agenda_release_delete", args=[release.pk]), {"post": "yes"}).status_code == 403
    assert organiser.get(reverse("admin:agenda_release_add")).status_code == 403


def test_the_address_of_a_published_workshop_is_fixed(organiser):
    of = factories.small()
    page = reverse("admin:agenda_workshop_change", args=[of.pk])
    assert 'name="slug"' in organiser.get(page).content.decode()
    publishing.publish(of)
    assert 'name="slug"' not in organiser.get(page).content.decode()


# --- audit trail ---


def test_who_changed_what_is_kept_language_by_language_and_outlives_the_user(organiser):
    of = factories.small()
    page = reverse("admin:agenda_axis_change", args=[of.axes.get().pk])
    organiser.post(
        page,
        {
            "workshop": of.pk,
            "number": 1,
            "colour_way": "",
            "title_es": "El agua",
            "title_fr": "L’eau",
            "description_es": "",
        },
    )
    row = EditedRow.objects.filter(key__startswith="agenda.axis:").order_by("-pk").first()
    assert row.after["title_fr"] == "L’eau"
    assert "title" not in row.after
    assert (row.edit.by.email, row.edit.by_name, row.edit.way) == ("ana@example.org", "", "form")


# --- notes ---


def test_a_note_is_checked_then_imported_through_the_admin(organiser, words):
    from pathlib import Path

    note = (Path(__file__).parents[1] / "data" / "nota.md").read_bytes()
    page = reverse("admin:agenda_workshop_note")

    def send(button, year):
        upload = io.BytesIO(note)
        upload.name = "nota.md"
        return words(organiser.post(page, {"note": upload, "year": year, button: "1"}, follow=True))

    assert "La nota no dice el año." in send("check", "")
    checked = send("check", "2018")
    assert "Línea 34: «Registro» no tiene hora de fin." in checked
    assert Workshop.objects.count() == 0
    assert "Se ha creado el borrador de «taller-3»." in send("import", "2018")
    assert (Session.objects.count(), Item.objects.count()) == (7, 6)


@pytest.fixture
def desk_of_a_note(organiser):
    """A function that sends the page of the note as its form does: the fields of the last answer, and what is given."""
    page = reverse("admin:agenda_workshop_note")
    last = {"kept": "", "shown": ""}

    def send(button, text=None, **fields):
        form = {**last, "year": "2018", button: "1", **fields}
        if text:
            upload = io.BytesIO(text.encode())
            upload.name = "nota.md"
            form["note"] = upload
        response = organiser.post(page, form, follow=True)
        if response.context and "kept" in response.context:
            last.update(kept=response.context["kept"], shown=response.context["shown"])
        return response

    return send


def test_the_years_that_fit_are_offered_and_the_file_is_not_chosen_twice(desk_of_a_note, words):
    asked = desk_of_a_note("check", NOTE, year="")
    assert 'name="year" value="2018"' in asked.content.decode()
    answer = desk_of_a_note("other", year=["", "2018"])  # the button beside the empty box
    assert "«Registro» no tiene hora de fin." in words(answer)
    assert Workshop.objects.count() == 0


def test_what_is_doubtful_comes_first_with_the_line_that_it_is_about(desk_of_a_note):
    html = desk_of_a_note("check", NOTE).content.decode()
    doubt = html.index("«Registro» no tiene hora de fin.")
    assert html.rindex("<blockquote>", 0, doubt) < html.rindex("Registro", 0, doubt) < doubt < html.index('id="read"')
    assert "9h00" in html[html.index('id="read"') :]


NOTE = (Path(__file__).parents[1] / "data" / "nota.md").read_text()
SHORTER = NOTE.replace("11h00-11h30\tPausa café\n", "")


def test_a_note_of_another_series_with_the_same_number_makes_a_workshop_of_its_own(desk_of_a_note):
    desk_of_a_note("import", NOTE)
    before = Session.objects.count()
    desk_of_a_note("import", NOTE.replace("Ríos que unen ciudades", "Otra serie"))
    assert set(Workshop.objects.values_list("slug", "title_es")) == {
        ("taller-3", "Ríos que unen ciudades"),
        ("taller-3-2", "Otra serie"),
    }
    assert Workshop.objects.get(slug="taller-3").sessions.count() == before


def test_the_page_asks_which_workshop_a_note_means_a_new_one_first(desk_of_a_note, organiser):
    desk_of_a_note("import", NOTE)
    form = organiser.get(reverse("admin:agenda_workshop_note")).context["form"]
    assert [str(label) for _value, label in form.fields["workshop"].choices] == [
        "Uno nuevo",
        "3. Ríos que unen ciudades",
    ]


def test_nothing_goes_that_the_page_has_not_shown(desk_of_a_note, words):
    desk_of_a_note("import", NOTE)
    of = Workshop.objects.get()
    first = words(desk_of_a_note("import", SHORTER, workshop=of.pk))
    assert "Todavía no se ha escrito nada" in first
    assert "sesión: Pausa café" in first
    assert Session.objects.filter(title_es="Pausa café").exists()
    # Between the steps somebody else changes what the note would change: it is shown again.
    Session.objects.filter(title_es="Pausa café").update(title_es="Café de colores")
    second = words(desk_of_a_note("import", workshop=of.pk))
    assert "«Café de colores» sigue, con correcciones" in second
    assert "Todavía no se ha escrito nada" in second
    desk_of_a_note("import", workshop=of.pk)
    assert Session.objects.filter(title_es="Café de colores").exists()


def test_what_the_page_has_shown_goes(desk_of_a_note, words):
    desk_of_a_note("import", NOTE)
    of = Workshop.objects.get()
    desk_of_a_note("import", SHORTER, workshop=of.pk)
    assert "Cancelada: «Pausa café»" in words(desk_of_a_note("import", workshop=of.pk))
    assert not Session.objects.filter(title_es="Pausa café").exists()


@pytest.mark.parametrize("kept", ["%%%", "AAAA", "eJw="])
def test_a_note_that_got_lost_on_the_way_is_asked_for_again(desk_of_a_note, words, kept):
    assert "Elija" in words(desk_of_a_note("check", kept=kept))
    assert Workshop.objects.count() == 0


def test_a_small_note_that_unpacks_to_a_huge_one_is_refused(desk_of_a_note, words):
    bomb = base64.b64encode(zlib.compress(b"x" * 200_000_000)).decode()
    assert "MB" in words(desk_of_a_note("check", kept=bomb))
