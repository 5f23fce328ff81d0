"""Every box of the admin says what it is for to who hears it (WCAG 2.2, 1.3.1 and 4.1.2)."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from agenda.models import Session
from participants.models import Participant
from tests import factories

pytestmark = pytest.mark.django_db


class Boxes(HTMLParser):
    """The boxes of a page that nothing names."""

    def __init__(self, html):
        super().__init__()
        self.boxes, self.named, self.inside = [], set(), 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inside += tag == "label"
        if tag == "label":
            self.named.add(given.get("for"))
        elif tag in ("select", "textarea") or (tag == "input" and given.get("type") not in ("hidden", "submit")):
            is_said = self.inside or any(given.get(name) for name in ("aria-label", "aria-labelledby", "title"))
            self.boxes.append((given.get("id"), given.get("name"), bool(is_said)))

    def handle_endtag(self, tag):
        self.inside -= tag == "label"

    def nameless(self):
        return [name for key, name, is_said in self.boxes if not is_said and key not in self.named]


def pages():
    of = factories.small()
    for row in (of, Session.objects.get(title_es="Cuencas"), Participant.objects.first(), of.days.first()):
        yield reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    for name in ("agenda_session_changelist", "participants_participant_changelist", "history", "bin"):
        yield reverse(f"admin:{name}")
    yield reverse("admin:agenda_workshop_withdraw", args=[of.pk])


def test_no_box_of_the_admin_is_nameless(client):
    client.force_login(factories.user())
    found = {}
    for page in pages():
        shown = Boxes(client.get(page, follow=True).content.decode())
        assert shown.boxes or "papelera" in page
        if nameless := shown.nameless():
            found[page] = nameless
    assert found == {}
