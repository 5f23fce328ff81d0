"""What was published stays as it was, and its history is told a page at a time."""

import os
import threading

import pytest
from django.test import Client

from agenda import publishing
from agenda.models import Release, ReleaseTree, Session
from agenda.models.release import Frozen
from agenda.notes import clock
from tests import factories
from tests.agenda.notes.test_load import NOTE, take

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Release, ReleaseTree])
def test_no_release_is_changed_or_deleted_one_by_one_or_many_at_once(model):
    factories.published()
    row = model.objects.first()
    acts = [
        row.save,
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(pk=7),
        lambda: model.objects.bulk_update([row], ["release" if model is ReleaseTree else "note"]),
        lambda: model.objects.bulk_create([row], update_conflicts=True, update_fields=["pk"], unique_fields=["pk"]),
    ]
    for act in acts:
        with pytest.raises(Frozen):
            act()
    assert model.objects.filter(pk=row.pk).exists()


def test_who_published_may_go_and_the_release_stays():
    user = factories.user()
    release = publishing.publish(factories.small(), by=user)
    user.delete()
    release.refresh_from_db()
    assert release.published_by is None


def test_the_history_is_told_twenty_versions_at_a_time(client, words, django_assert_num_queries):
    of = factories.small()
    for n in range(25):
        Session.objects.filter(code=of.sessions.first().code).update(place=f"Sala {n}")
        publishing.publish(of)
    first = client.get("/es/taller-3/cambios/")
    assert [told.release for told in first.context["history"]] == list(range(25, 5, -1))
    assert "?hasta=5" in first.content.decode()
    last = client.get("/es/taller-3/cambios/?hasta=5")
    assert [told.release for told in last.context["history"]] == [5, 4, 3, 2, 1]
    assert "Primera versi\u00f3n." in words(last)
    assert "Versiones anteriores" in words(first)
    assert "Versiones anteriores" not in words(last)
    assert len(client.get("/es/taller-3/version.json").json()["changes"]) == 20
    with django_assert_num_queries(2):
        Client().get("/es/taller-3/cambios/?hasta=5")


def test_many_threads_that_read_many_releases_each_get_their_own(monkeypatch):
    monkeypatch.setattr(publishing, "_MOST", 2)
    of = factories.small()
    releases = []
    for n in range(5):
        Session.objects.filter(code=of.sessions.first().code).update(place=f"Sala {n}")
        releases.append(publishing.publish(of))
    rows = {(tree.release_id, tree.language): tree for tree in ReleaseTree.objects.all()}
    assert len(rows) == 20
    failures = []

    def read():
        try:
            for release in releases * 20:
                # What is read is known already, or comes from the table of this thread's own query.
                [found] = publishing.released([release], "es", "public")
                if found.release != release.number:
                    failures.append((found.release, release.number))
        except (RuntimeError, KeyError) as error:  # what a dictionary raises that changes under its reader
            failures.append(error)

    read()
    threads = [
        threading.Thread(target=lambda: [publishing._read.get(key) for key in list(publishing._read)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    read()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(publishing._read) <= 2


@pytest.mark.parametrize("path", ["/es/x%00/", "/es/taller-3/agenda/%00/", "/%00", "/es/taller-3/agenda/?q=%00"])
def test_what_no_text_holds_is_refused_in_words(client, words, path):
    response = client.get(path)
    assert response.status_code == 400
    assert "No entendemos esta direcci\u00f3n" in words(response)
    # As it comes over the wire: Python's own cookies refuse to make such a one.
    assert client.get("/es/", headers={"cookie": "sessionid=a\0b"}).status_code in (200, 400)


# --- notes ---


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("9:30 Historia", "Historia"),
        ("9.30 H\u00e9roes", "H\u00e9roes"),
        ("10h Himno", "Himno"),
        ("9:30 h Pausa", "Pausa"),
    ],
)
def test_the_word_after_a_time_keeps_its_first_letter(text, rest):
    assert clock.read(text).rest == rest


def test_a_row_in_capitals_with_a_time_in_front_is_no_chapter():
    note = NOTE.replace("11h00-11h30\tPausa caf\u00e9\n", "\n11.55. RECESO\n\n")
    loaded = take(note)
    assert [day.sessions.count() for day in loaded.workshop.days.all()][1:] == [2, 1]
    assert "Receso" not in str(list(loaded.workshop.sections.values_list("title_es", flat=True)))


def test_two_years_in_the_head_of_a_note_are_a_doubt_and_the_one_that_fits_is_taken():
    from agenda.notes import document, outline

    note = NOTE.replace("Rosario, 5", "Carta del 12 de enero de 2017\n\nRosario, 5", 1).replace(
        "de marzo", "de marzo de 2018", 1
    )
    read = outline.read(document.read(note.encode()))
    assert read.year == 2018
    assert [d.text for d in read.doubts if "2017" in d.text] == [
        "La cabecera nombra los a\u00f1os 2017, 2018: se ha tomado 2018 para el taller."
    ]


def test_what_a_release_changed_is_told_once_and_read_without_a_tree(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    of = factories.small()
    publishing.publish(of)
    Session.objects.filter(title_es="Cuencas").update(place="Sala B")
    factories.session(of.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    publishing.publish(of, note="Otra sala")
    with CaptureQueriesContext(connection) as queries:
        public, members = (publishing.history("taller-3", "es", who, 20) for who in ("public", "members"))
    assert len(queries) == 2
    assert not [query for query in queries if '"agenda_releasetree"."tree"' in query["sql"]]
    assert [(told.release, told.note, told.changes and [c.text for c in told.changes]) for told in public] == [
        (2, "Otra sala", ["Cambio de lugar: «Cuencas», ahora Sala B."]),
        (1, "", None),
    ]
    assert [c.kind for c in members[0].changes] == ["place", "new"]
    assert [c.text for c in publishing.history("taller-3", "fr", "public", 20)[0].changes] == [
        "Changement de lieu\xa0: «\xa0Cuencas\xa0», maintenant Sala B."
    ]


def test_a_file_that_does_not_fit_on_the_disk_leaves_no_half_of_it(tmp_path):
    import subprocess
    import sys

    code = (
        "import django, resource, sys; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from agenda.printing.storages import Folder\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    Folder(location=sys.argv[1]).save('a.pdf', ContentFile(b'x' * 5000))\n"
        "except OSError:\n"
        "    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60,
                          env={**os.environ, "DJANGO_SETTINGS_MODULE": "taller.settings"})  # fmt: skip
    assert (done.returncode, list(tmp_path.iterdir())) == (7, [])
