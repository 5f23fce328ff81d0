import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from accounts.roles import PERMISSIONS
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def test_nobody_signs_up(client):
    response = client.get("/accounts/signup/")
    assert 'name="password1"' not in response.content.decode()
    client.post(
        "/accounts/signup/",
        {"email": "x@example.org", "password1": "una-clave-larga", "password2": "una-clave-larga"},
    )
    assert User.objects.count() == 0


def test_the_admin_is_entered_through_the_accounts_only(client):
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(LOGIN)


def test_an_organiser_enters_with_a_password_and_lands_in_the_admin(client):
    factories.user()
    response = client.post(LOGIN, {"login": "Ana@example.org", "password": "una-clave-larga"}, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/"


def test_a_committee_member_lands_on_the_site(client):
    factories.user("committee")
    response = client.post(LOGIN, {"login": "ana@example.org", "password": "una-clave-larga"}, follow=True)
    assert response.redirect_chain[-1][0] == "/es/"


def test_a_wrong_password_is_told_without_saying_who_exists(client, words):
    factories.user()
    known = words(client.post(LOGIN, {"login": "ana@example.org", "password": "otra"}))
    unknown = words(client.post(LOGIN, {"login": "nadie@example.org", "password": "otra"}))
    assert known == unknown


def test_a_code_by_mail_opens_the_door(client):
    factories.user()
    client.post("/accounts/login/code/", {"email": "ana@example.org"})
    [message] = mail.outbox
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", message.body, re.M)[1]
    response = client.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/"


def test_too_many_tries_are_stopped(client):
    factories.user()
    answers = [client.post(LOGIN, {"login": "ana@example.org", "password": "mal"}).status_code for _ in range(12)]
    response = client.post(LOGIN, {"login": "ana@example.org", "password": "una-clave-larga"})
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session
    assert 200 in answers


def test_an_invitation_is_a_mail_with_a_link_that_sets_the_password(client, settings):
    factories.enter(client, factories.user())
    response = client.post(
        reverse("admin:accounts_user_add"),
        {"email": "Luis@Example.org", "name": "Luis", **factories.roles_form("coordinator")},
    )
    assert response.status_code == 302
    luis = User.objects.get(email="luis@example.org")
    assert ([m.role for m in luis.memberships.all()], luis.is_staff, luis.has_usable_password()) == (
        ["coordinator"],
        True,
        False,
    )
    assert luis.emailaddress_set.get().verified
    [message] = mail.outbox
    assert message.to == ["luis@example.org"]
    client.logout()
    link = re.search(r"https://talleres.example(/\S+)", message.body)[1]
    form = client.get(link, follow=True)
    key = form.redirect_chain[-1][0]
    client.post(key, {"password1": "otra-clave-larga", "password2": "otra-clave-larga"})
    luis.refresh_from_db()
    assert luis.check_password("otra-clave-larga")


def test_a_change_of_role_changes_what_somebody_may(client):
    factories.enter(client, factories.user())
    luis = factories.user("coordinator", "luis@example.org")
    client.post(
        reverse("admin:accounts_user_change", args=[luis.pk]),
        {"email": luis.email, "name": "", **factories.roles_form("committee", luis), "is_active": "on"},
    )
    luis = User.objects.get(pk=luis.pk)
    assert ([m.role for m in luis.memberships.all()], luis.is_staff) == (["committee"], False)


def test_one_address_has_access_once(client, words):
    factories.enter(client, factories.user())
    response = client.post(
        reverse("admin:accounts_user_add"), {"email": "ANA@example.org", **factories.roles_form("organiser")}
    )
    assert "Ya tiene acceso alguien con este correo electrónico" in words(response)
    assert User.objects.count() == 1


def test_the_roles_may_what_their_names_say():
    may = PERMISSIONS
    assert set(may) == {"organiser", "coordinator", "committee"}
    assert may["committee"] == {"agenda.see_members"}
    assert {p.partition(".")[2].partition("_")[0] for p in may["coordinator"]} == {"view", "see"}
    assert may["coordinator"] < may["organiser"]
    assert {"agenda.publish_workshop", "agenda.change_session", "accounts.add_user"} <= may["organiser"]
    assert not {p for p in may["organiser"] if "release" in p} - {"agenda.view_release"}


def test_a_second_factor_is_asked_for_where_it_is_set(client, words):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    ana = factories.user()
    TOTP.activate(ana, generate_totp_secret())
    response = client.post(LOGIN, {"login": "ana@example.org", "password": "una-clave-larga"}, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
    ],
)
def test_the_pages_of_the_account_open(client, page):
    from django.contrib.auth import get_user

    factories.user()
    client.post(LOGIN, {"login": "ana@example.org", "password": "una-clave-larga"})
    assert get_user(client).is_authenticated
    client.post("/accounts/reauthenticate/", {"password": "una-clave-larga"})
    assert client.get(page).status_code == 200


def test_accounts_speak_four_languages(client, words):
    found = {
        language: words(client.get(LOGIN, headers={"accept-language": language}))
        for language in ("es", "en", "pt-br", "fr")
    }
    assert [
        "Usar una llave de acceso" in found["es"],
        "Use a passkey" in found["en"],
        "Usar uma chave de acesso" in found["pt-br"],
        "Utiliser une clé d’accès" in found["fr"],
    ] == [True] * 4


def test_a_superuser_can_enter_by_code():
    User.objects.create_superuser("root@example.org", "x")
    assert User.objects.get().emailaddress_set.get().verified


def test_a_user_needs_an_address():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")
