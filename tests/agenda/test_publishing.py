import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agenda import clashes, programme, publishing
from agenda.models import Release, ReleaseTree, Session
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_release_holds_the_trees_of_all_languages():
    of = factories.small()
    ana = factories.user()
    release = publishing.publish(of, ana, "Primera versión")
    assert (release.number, release.published_by, release.note) == (1, ana, "Primera versión")
    madrid = ZoneInfo("Europe/Madrid")
    assert release.begins_at == dt.datetime(2018, 9, 7, tzinfo=madrid)
    assert release.over_at == dt.datetime(2018, 9, 8, tzinfo=madrid)
    trees = {tree.language: programme.decode(tree.tree) for tree in ReleaseTree.objects.all()}
    assert {language: (t.language, t.release, t.note, len(t.entries)) for language, t in trees.items()} == {
        language: (language, 1, "Primera versión", 3) for language in ("es", "en", "pt-br", "fr")
    }


def test_publishing_an_unchanged_draft_makes_no_release():
    of = factories.small()
    publishing.publish(of)
    assert publishing.publish(of, note="otra") is None
    assert Release.objects.count() == 1


def test_a_change_in_one_language_only_makes_the_next_release():
    of = factories.small()
    publishing.publish(of)
    Session.objects.filter(title_es="Cuencas").update(title_fr="Bassins")
    assert publishing.publish(of).number == 2


def test_a_blocker_stops_publication_and_nothing_is_written():
    of = factories.small()
    on = of.days.get()
    factories.session(on, "09:45", "10:15", "Otra", place="Sala A")
    with pytest.raises(publishing.Blocked) as error:
        publishing.publish(of)
    assert [clash.rule for clash in error.value.clashes] == ["place-overlap"]
    assert Release.objects.count() == 0


def test_a_session_adrift_stops_publication():
    of, other = factories.small(), factories.workshop("taller-4", number=4)
    Session.objects.filter(title_es="Cuencas").update(day=factories.day(other))
    with pytest.raises(publishing.Blocked) as error:
        publishing.publish(of)
    assert [clash.rule for clash in error.value.clashes] == ["outside-day"]


def test_the_published_programme_stays_while_the_draft_is_torn_apart():
    of = factories.small()
    release = publishing.publish(of)
    before = publishing.released([release], "es", "public")
    Session.objects.all().delete()
    of.days.all().delete()
    publishing.forget()
    assert publishing.released([release], "es", "public") == before


def test_each_workshop_counts_its_own_releases():
    one, two = factories.small(), factories.workshop("taller-4", number=4)
    factories.session(factories.day(two))
    assert [publishing.publish(one).number, publishing.publish(two).number] == [1, 1]


def test_a_released_programme_is_read_once_and_then_known():
    release = factories.published()
    with CaptureQueriesContext(connection) as queries:
        publishing.released([release], "es", "public")
        publishing.released([release], "es", "public")
    assert len(queries) == 1


def test_the_public_digest_does_not_move_with_members_matter():
    of = factories.small()
    first = publishing.publish(of)
    factories.session(of.days.get(), "18:00", "19:00", "Reservada", visibility="members")
    second = publishing.publish(of)
    assert (second.number, second.public_digest) == (2, first.public_digest)
    assert second.digest != first.digest


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_release_of_one_draft():

    of = factories.small()
    results = []

    def go():
        try:
            results.append(publishing.publish(of))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.number if r else 0 for r in results) == [0, 1]


def test_a_publication_that_fails_half_way_leaves_no_release():
    of = factories.small()

    def broken(execute, sql, params, many, context):
        if "agenda_releasetree" in sql and sql.startswith("INSERT"):
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken), pytest.raises(OperationalError):
        publishing.publish(of)
    assert Release.objects.count() == 0
    assert publishing.publish(of).number == 1


def test_the_workshop_is_locked_while_it_is_published():
    of = factories.small()
    with CaptureQueriesContext(connection) as queries:
        publishing.publish(of)
    locks = [query for query in queries if "FOR UPDATE" in query["sql"]]
    # SQLite has no row locks: its transactions are immediate, one writer at a time.
    assert bool(locks) == connection.features.has_select_for_update
    assert connection.vendor != "sqlite" or connection.transaction_mode == "IMMEDIATE"


def test_what_blocks_is_said_a_line_each_and_the_draft_is_reviewed_in_any_language():
    of = factories.workshop()
    factories.session(factories.day(of), "09:00", "10:00", "Uno", place="Sala")
    factories.session(of.days.get(), "09:30", "10:30", "Dos", place="sala", people=[("moderates", "Quito")])
    factories.session(of.days.get(), "10:00", "11:00", "Tres", people=[("moderates", "QUITO")])
    with pytest.raises(publishing.Blocked) as blocked:
        publishing.publish(of)
    assert len(str(blocked.value).split("\n")) == len(blocked.value.clashes) == 2
    with translation.override("de"):
        draft, findings, *_rest = publishing.review(of)
    assert draft.language == "es"
    assert [clash.rule for clash in clashes.blockers(findings)] == ["place-overlap", "moderator-overlap"]
    assert {clash.level for clash in clashes.doubts(findings)} == {"doubt"}
