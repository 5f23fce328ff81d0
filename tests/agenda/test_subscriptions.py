"""What somebody subscribed to follows the programme through any history: nothing changes its name, nothing just vanishes."""

import datetime as dt
import json

import icalendar
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from agenda import clashes, publishing
from agenda.faces import ics, schedule
from agenda.models import Axis, Day, Moderator, Release, Session, Workshop
from agenda.programme import EVERYBODY
from agenda.web import search
from agenda.web.editions import of_release
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "https://talleres.example"
LANGUAGES = ("es", "fr")


class History(RuleBasedStateMachine):
    """Random edits and releases, and a telephone that looks at each calendar after each release."""

    @initialize()
    def begin(self):
        self.of = factories.small()
        self.rows = {}  # of the telephone: calendar -> UID -> (SEQUENCE, LAST-MODIFIED, STATUS)
        self.named = {}  # session -> GUID
        self.chosen = Session.objects.get(title_es="Cuencas").code  # by somebody, with a star
        self.publish()

    def some(self, model, n):
        found = list(model.objects.order_by("pk"))
        return found[n % len(found)] if found else None

    @rule(n=st.integers(0, 9), title=st.sampled_from(["Ríos", "Mares", "Lagos", "Ríos"]))
    def rename(self, n, title):
        if session := self.some(Session, n):
            session.title_es, session.title_fr = title, f"{title} fr" if n % 2 else ""
            session.save()

    @rule(n=st.integers(0, 9), hour=st.integers(8, 20), place=st.sampled_from(["", "Sala A", "sala a", "Patio"]))
    def move(self, n, hour, place):
        if session := self.some(Session, n):
            session.start, session.end, session.place = dt.time(hour), dt.time(hour, 30), place
            session.day = self.some(Day, hour)
            session.save()

    @rule(n=st.integers(0, 9), visibility=st.sampled_from(["everyone", "listed", "members"]))
    def show(self, n, visibility):
        if session := self.some(Session, n):
            session.visibility = visibility
            session.save()

    @rule(n=st.integers(0, 9), kind=st.sampled_from(["session", "meal", "ceremony"]))
    def change_kind(self, n, kind):
        if session := self.some(Session, n):
            session.kind = kind
            session.save()

    @rule(n=st.integers(0, 9))
    def delete(self, n):
        if Session.objects.count() > 1:
            self.kept = self.some(Session, n)
            self.kept.delete()

    @rule()
    def bring_back(self):
        kept = getattr(self, "kept", None)
        if kept is not None and not Session.objects.filter(code=kept.code).exists() and Day.objects.exists():
            factories.session(self.some(Day, 0), "12:00", "13:00", kept.title_es or "Otra", code=kept.code)

    @rule(n=st.integers(0, 9))
    def add(self, n):
        made = factories.session(
            self.some(Day, n), f"{8 + n:02}:00", f"{8 + n:02}:45", f"Nueva {n}", axis=self.some(Axis, n)
        )
        Moderator.objects.create(
            session=made, position=1, role="moderates", institution_es=f"Instituto {n}", institution_fr=f"Institut {n}"
        )

    @rule(n=st.integers(0, 9))
    def change_axes(self, n):
        if n % 3 == 0 and Axis.objects.count() > 1:
            axis = self.some(Axis, n)
            Session.objects.filter(axis=axis).update(axis=None)
            axis.delete()
        elif n % 3 == 1 and Axis.objects.count() < 4:
            factories.axis(self.of, max(Axis.objects.values_list("number", flat=True), default=0) + 1, f"Eje {n}")
        elif session := self.some(Session, n):
            session.axis = self.some(Axis, n)
            session.save()

    @rule(n=st.integers(0, 3), zone=st.sampled_from(["Europe/Madrid", "America/Mexico_City", "Pacific/Auckland"]))
    def change_days(self, n, zone):
        Workshop.objects.update(timezone=zone)
        day = self.some(Day, n)
        if n == 0 and Day.objects.count() < 3:
            factories.day(self.of, factories.FRIDAY + dt.timedelta(days=10 + Day.objects.count()))
        elif not Day.objects.filter(date=day.date + dt.timedelta(days=30)).exists():
            Day.objects.filter(pk=day.pk).update(date=day.date + dt.timedelta(days=30))

    @rule()
    def publish(self):
        workshop = Workshop.objects.get(pk=self.of.pk)
        try:
            publishing.publish(workshop)
        except publishing.Blocked as error:
            assert clashes.blockers(error.clashes)

    @invariant()
    def nothing_is_lost(self):
        if not hasattr(self, "of"):
            return
        release = Release.objects.filter(workshop=self.of).order_by("-number").first()
        for audience in ("public", "members"):
            trees = {language: publishing.released([release], language, audience)[0] for language in LANGUAGES}
            self.same_names(trees)
            for name, part in self.calendars(trees["es"]):
                self.look(f"{audience} {name}", ics.calendar(trees["es"], of_release(trees["es"], SITE).absolute, part))

    def calendars(self, tree):
        yield "whole", None
        for number in range(1, 6):
            codes = frozenset(slot.code for _day, slot in tree.of_axis(number))
            yield f"axis {number}", ics.Part("Eje", SITE, codes, tree.ever_of_axis(number) - codes)
        shown = search.with_common(tree, [self.chosen])
        yield "mine", ics.Part("Mi agenda", SITE, shown, tree.ever_of_axis(EVERYBODY) - shown)

    def look(self, name, data):
        """A subscriber takes the calendar: what was there is there, newer or cancelled; nothing goes back."""
        known = self.rows.setdefault(name, {})
        seen = {}
        for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
            assert str(event["UID"]) not in seen
            seen[str(event["UID"])] = (int(event["SEQUENCE"]), event["LAST-MODIFIED"].dt, str(event["STATUS"]))
        for uid, (sequence, modified, _status) in known.items():
            assert uid in seen, f"{uid} left {name} without a word"
            assert seen[uid][:2] >= (sequence, modified)
        known.update(seen)

    def same_names(self, trees):
        found = []
        for tree in trees.values():
            data = json.loads(schedule.as_json(tree, of_release(tree, SITE).absolute))["schedule"]["conference"]
            rows = [event for day in data["days"] for room in day["rooms"].values() for event in room]
            found.append((
                {event["slug"]: event["guid"] for event in rows},
                [person["guid"] for event in rows for person in event["persons"]],
                {room["guid"] for room in data["rooms"]},
            ))  # fmt: skip
        assert found[0] == found[1]
        for slug, guid in found[0][0].items():
            assert self.named.setdefault(slug, guid) == guid


def run(examples, steps):
    from django.db import transaction

    class Alone(History):
        """Each history in a database of its own."""

        def __init__(self):
            super().__init__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            publishing.forget()

        def teardown(self):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(
        Alone,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.long
def test_subscriptions_follow_any_history():
    run(8, 12)


@pytest.mark.long
def test_subscriptions_follow_a_great_many_histories():
    run(150, 25)
