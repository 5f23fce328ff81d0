"""Two people edit one workshop by every way there is: nothing that was acknowledged is lost without somebody meaning it.

What each step may change is written down here: the fields that were typed, the rows that were chosen, what the record
says of the step that is undone. Anything else that differs afterwards is a loss.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agenda import publishing
from agenda.models import Axis, Day, Item, Moderator, Section, Session, Workshop
from agenda.notes import document, load, outline
from edits.models import Edit, EditedRow
from edits.recording import kind_of
from participants.models import Participant
from tests import factories
from tests.forms import choosing, delete, delete_chosen, filled_in

from .notes.test_load import NOTE, TODAY

pytestmark = pytest.mark.django_db
MODELS = (Session, Item, Moderator, Day, Axis, Section, Participant)
FIELDS = ("title_es", "title_fr", "place", "description_es")
NOTES = (
    NOTE,
    NOTE.replace("9h45- 11h00", "9h50- 11h00"),
    NOTE.replace("• Mapas", "• Mapas y planos").replace("• Relatos", "• Relatos orales"),
    NOTE.replace("11h00-11h30\tPausa café\n", ""),
    NOTE[: NOTE.index("<b>MARTES")],
)
WORDS = st.sampled_from(["Uno", "Dos", "Tres", "", "Ávila · 9h", "Texto más largo, con comas"])

Cells = dict[tuple[str, int, str], Any]


def cells() -> Cells:
    """Every field of every row of the draft."""
    found: Cells = {}
    for model in MODELS:
        kind = kind_of(model)
        for row in model._base_manager.all():
            for name, value in kind.values(row).items():
                found[model._meta.label_lower, row.pk, name] = value
    return found


def changed(before: Cells, after: Cells) -> set[tuple[str, int, str]]:
    return {cell for cell in before.keys() | after.keys() if before.get(cell, ...) != after.get(cell, ...)}


class TwoEditors(RuleBasedStateMachine):
    scene: Scene

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.of, self.people, self.clients = self.scene.of, self.scene.people, self.scene.clients
        self.last_note = dict(self.scene.cells)  # what the last note made of each field
        self.open: list[tuple[int, dict, Cells] | None] = [None, None]
        self.deleted: dict[int, Cells] = {}
        self.told: dict[str, bool] = dict(self.scene.told)
        self.heard = Edit.objects.last()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def session(self, n: int) -> Session | None:
        rows = list(Session.objects.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    # --- forms ---

    @rule(who=st.integers(0, 1), n=st.integers(0, 2))
    def opens(self, who, n):
        row = self.session(n)
        if row is not None:
            page = self.clients[who].get(reverse("admin:agenda_session_change", args=[row.pk]))
            self.open[who] = (row.pk, filled_in(page), cells())

    @rule(
        who=st.integers(0, 1),
        field=st.sampled_from(FIELDS),
        text=WORDS,
        item=WORDS,
        which=st.sampled_from(["", "mine", "theirs"]),
    )
    def saves(self, who, field, text, item, which):
        if self.open[who] is None:
            return
        pk, form, opened = self.open[who]
        self.open[who] = None
        typed = {field: text}
        if item and "items-0-text_es" in form:
            typed["items-0-text_es"] = item
        form = {**form, **typed}
        before = cells()
        page = reverse("admin:agenda_session_change", args=[pk])
        answer = self.clients[who].post(page, form)
        asked = answer.status_code == 200
        meant = {("agenda.session", pk, field)}
        if "items-0-text_es" in typed:
            meant.add(("agenda.item", int(form["items-0-id"] or 0), "text_es"))
        now = cells()
        touched = changed(before, now)
        if asked:
            assert not touched
        elif answer.status_code == 302:
            ties = {("agenda.item", cell[1], "participant_id") for cell in meant}
            assert touched <= meant | ties, touched - meant
            for cell in touched & meant:  # nobody else had changed what I overwrote without being asked
                assert before[cell] == opened.get(cell), cell
        else:
            assert answer.status_code == 410
            assert not touched
        if asked and which:
            before = cells()
            again = self.clients[who].post(page, choosing(answer, which))
            touched = changed(before, cells())
            if which == "theirs" and answer.context["choosing"] and again.status_code == 302:
                both = {choice.asked.rpartition(":")[2] for choice in answer.context["choosing"].choices}
                assert not {name for label, _key, name in touched if label == "agenda.session"} & both
            ties = {(label, key, "participant_id") for label, key, _name in touched}
            new_rows = {cell for cell in touched if cell not in before}  # a row that the other had deleted comes back
            assert again.status_code in (200, 302, 410)
            assert touched - new_rows <= meant | ties, touched

    # --- rows that go and come back ---

    @rule(who=st.integers(0, 1), n=st.integers(0, 3))
    def deletes_several(self, who, n):
        row = self.session(n)
        if row is None:
            return
        before = cells()
        delete_chosen(self.clients[who], reverse("admin:agenda_session_changelist"), row)
        self._gone(before, cells(), row)

    @rule(who=st.integers(0, 1))
    def deletes_a_day(self, who):
        day = Day.objects.order_by("-pk").first()
        if day is None:
            return
        before = cells()
        delete(self.clients[who], reverse("admin:agenda_day_delete", args=[day.pk]))
        self._gone(before, cells(), day)

    def _gone(self, before: Cells, after: Cells, row: Any) -> None:
        lost = {cell: before[cell] for cell in changed(before, after)}
        assert not [cell for cell in lost if cell in after], "something else was changed"
        assert (row._meta.label_lower, row.pk) in {cell[:2] for cell in lost}
        edit = Edit.objects.first()
        assert edit.rows.filter(act="gone").count() == len({cell[:2] for cell in lost})
        self.deleted[edit.pk] = lost

    @rule(who=st.integers(0, 1))
    def brings_back(self, who):
        waiting = self.clients[who].get("/admin/papelera/").context["waiting"]
        if not waiting:
            return
        one = waiting[0]
        before = cells()
        self.clients[who].post("/admin/papelera/", {"devolver": one.edit.pk, "fila": one.row.key})
        after = cells()
        touched = changed(before, after)
        back = {cell for cell in touched if cell not in before}
        kept = self.deleted.get(one.edit.pk)
        if kept is not None:
            assert all(after[cell] == kept[cell] for cell in back if cell in kept)
        for cell in touched - back:  # a tie that the deletion had cut
            assert cell[2].endswith("_id")
            assert before[cell] is None

    # --- steps ---

    @rule(who=st.integers(0, 1), again=st.booleans())
    def takes_back(self, who, again):
        client = self.clients[who]
        steps = client.get("/admin/historial/").context["steps"]
        edit = steps.redo if again else steps.undo
        if edit is None:
            return
        told = {}
        for row in edit.rows.all():
            for name in {*(row.before or {}), *(row.after or {})}:
                told[row.label, row.row_key, name] = ((row.before or {}).get(name), (row.after or {}).get(name))
        before = cells()
        last = Edit.objects.last()
        client.post("/admin/deshacer/", {"paso": edit.pk})
        after = cells()
        touched = changed(before, after)
        if Edit.objects.last() == last:
            assert not touched  # it was refused
            return
        for cell in touched:
            assert cell in told, cell
            if cell in before:
                assert before[cell] == told[cell][1], "somebody had built on it"
            if cell in after:
                assert after[cell] == told[cell][0]

    # --- the note, the press ---

    @rule(text=st.sampled_from(NOTES), who=st.integers(0, 1))
    def reads_a_note(self, text, who):
        read = outline.read(document.read(text.encode()))
        before = cells()
        days = load.dates(read, 2018, TODAY)
        of = Workshop.objects.get(pk=self.of.pk)
        looked = load.load(read, days, of, only_look=True)
        assert cells() == before
        load.load(read, days, of, base=looked.base)
        after = cells()
        for cell in changed(before, after):
            if cell in before and cell not in after and cell[2] == "title_fr":
                assert not before[cell], "a translated row went"
            if cell in before and cell in after and cell[2] in FIELDS:
                known = self.last_note.get(cell, ...)
                assert before[cell] in (known, ""), f"{cell}: somebody had corrected it"
        for cell, value in after.items():
            if cell not in before or before[cell] != value:
                self.last_note[cell] = value

    @rule(who=st.integers(0, 1))
    def publishes(self, who):
        before = cells()
        with transaction.atomic():
            try:
                publishing.publish(Workshop.objects.get(pk=self.of.pk), self.people[who])
            except publishing.Blocked:
                transaction.set_rollback(True)
        assert cells() == before

    @invariant()
    def the_record_says_what_there_is(self):
        """The last word of the record about each row is how it is."""
        self.told |= last_word(self.heard)
        self.heard = Edit.objects.last()
        assert {key for key, is_there in self.told.items() if is_there} == {f"{cell[0]}:{cell[1]}" for cell in cells()}


def last_word(since: int) -> dict[str, bool]:
    """The rows of which the record speaks after the edit `since` -> whether they were there after its last word."""
    ours = tuple(f"{model._meta.label_lower}:" for model in MODELS)
    rows = EditedRow.objects.filter(edit__gt=since).order_by("pk").values_list("key", "act")
    return {key: act != "gone" for key, act in rows if key.startswith(ours)}


class Scene:
    """A workshop out of a note, and two people at their screens."""

    def __init__(self):
        read = outline.read(document.read(NOTE.encode()))
        self.of = load.load(read, load.dates(read, 2018, TODAY)).workshop
        self.cells, self.told = cells(), last_word(0)
        self.people = [factories.user(email=f"{name.lower()}@example.org", name=name) for name in ("Ana", "Luis")]
        self.clients = [Client(), Client()]
        for client, person in zip(self.clients, self.people, strict=True):
            client.force_login(person)


def play(runs: int, steps: int) -> None:
    """Each run in a transaction of its own that is rolled back; what fails is shown as it was played, not shortened."""
    scene = Scene()

    class OfScene(TwoEditors):
        pass

    OfScene.scene = scene
    run_state_machine_as_test(
        OfScene,
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None,
            phases=[Phase.generate], report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_two_editors_lose_nothing():
    play(6, 8)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_two_editors_lose_nothing_in_many_runs(part):
    play(int(os.environ.get("TALLER_RUNS", "80")) // 8, 5)
