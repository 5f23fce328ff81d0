"""The lists of the admin answer what they offer, and nothing else that stands in their address."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from adminbase.lists import MOST_WORDS
from tests import factories

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/agenda/session/"
LISTS = {
    model: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in admin.site._registry
}


@pytest.fixture
def desk(client):
    """A browser in which somebody with every permission has signed in."""
    client.force_login(User.objects.create_superuser("root@example.org", "x"))
    factories.session(factories.day(factories.workshop("taller-4", number=4)))  # two, so that filters are offered
    factories.small()
    return client


@pytest.mark.parametrize(
    "query",
    [
        "{text}__regex=(a%2B)%2B%24",
        "{text}__startswith=p",
        "{text}__icontains=a",
        "id__gte=1",
        "pk=1",
        "nada=1",
        "o=99",
        "o=1.x",
        "p=x",
        "p=-1",
        "q=" + "+".join(["palabra"] * (MOST_WORDS + 1)),
        "q=" + "x" * 201,
        "q=%00",
    ],
)
def test_no_list_takes_a_filter_an_order_or_a_search_that_it_does_not_offer(desk, words, query):
    for model, page in LISTS.items():
        text = next((f.name for f in model._meta.fields if f.get_internal_type() in ("CharField", "TextField")), "id")
        response = desk.get(f"{page}?{query.format(text=text)}")
        assert response.status_code == 400, page
        assert "No entendemos esta dirección" in words(response)


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=md5",
        "password__regex=.",
        "emailaddress__email=x",
        "authenticator__data__icontains=s",
        "groups__permissions__codename=x",
        "usersession__session_key__startswith=a",
    ],
)
def test_what_belongs_to_a_person_cannot_be_read_letter_by_letter(desk, query):
    assert desk.get(f"/admin/accounts/user/?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "day__workshop__id__exact=x",
        "day__date__year=x",
        "day__date__year=2018&day__date__month=13",
        "day__date__month=9",
        "day__date__gte=2018-01-01",
        "day__date__year=2018&day__date__gte=2018-01-01",
        "day__date__year=9999999999",
        "day__date__year=9999",
        "&".join(f"kind__exact={n}" for n in range(50)),
        "o=" + ".".join(["1"] * 3000),
    ],
)
def test_a_filter_that_is_offered_with_a_value_that_cannot_be_is_told_in_words(desk, words, query):
    response = desk.get(f"{SESSIONS}?{query}")
    assert response.status_code == 400
    assert "No entendemos esta dirección" in words(response)


@pytest.mark.parametrize("query", ["", "q=algo", "q=á+b", "p=1", "all="])
def test_what_a_list_offers_still_works(desk, query):
    assert dict.fromkeys(LISTS.values(), 200) == {
        page: desk.get(f"{page}?{query}").status_code for page in LISTS.values()
    }


@pytest.mark.long
def test_every_filter_and_order_that_a_list_shows_leads_somewhere(desk):
    for page in LISTS.values():
        body = desk.get(page).content.decode()
        offered = {unescape(link) for link in re.findall(r'href="(\?[^"]+)"', body)}
        for link in offered:
            assert desk.get(page + link).status_code == 200, page + link


EXPORT = "/admin/agenda/workshop/hojas/exportar/?hoja=Sesiones&formato=csv"


def test_an_export_takes_no_other_address_than_its_list(desk):
    assert desk.get(f"{EXPORT}&kind__exact=session").status_code == 200
    for query in ("foo=1", "title_es__regex=(a%2B)%2B", "o=77"):
        assert desk.get(f"{EXPORT}&{query}").status_code == 400


def test_the_search_of_a_box_to_choose_from_has_the_same_limits(desk):
    page = "/admin/autocomplete/?app_label=agenda&model_name=session&field_name=day&term="
    assert desk.get(page + "2018").status_code == 200
    assert desk.get(page + "+".join("abcdefghijklmnop")).status_code == 400


def test_addresses_factors_and_sessions_of_people_have_no_list():
    labels = {model._meta.label for model in admin.site._registry}
    assert labels.isdisjoint({"account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession"})


def test_a_refused_address_asks_the_database_for_no_row(desk):
    with CaptureQueriesContext(connection) as queries:
        desk.get(f"{SESSIONS}?title_es__regex=(a%2B)%2B")
    assert not [q for q in queries if "REGEXP" in q["sql"].upper() or "~" in q["sql"]]


@pytest.mark.parametrize("form", ["day=x", "axis=99999999999999999999", "start=x", "items-0-text_es=x", "nada=1"])
def test_an_address_that_fills_a_form_breaks_nothing(desk, form):
    assert desk.get(f"{SESSIONS}add/?{form}").status_code in (200, 400)
