"""Ways to take somebody's account over that a hostile reading found, and what comes of them now."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import factories
from tests.accounts.test_entrance import code_in, grow_old

pytestmark = pytest.mark.django_db
PASSWORD = factories.PASSWORD


def test_a_code_asked_for_by_an_address_that_was_taken_away_since_opens_nothing(client):
    stranger = Client()
    factories.enter(client, factories.user())
    client.post(reverse("admin:accounts_user_add"), {"email": "luiz@example.org", **factories.roles_form("organiser")})
    luis = User.objects.get(email="luiz@example.org")
    stranger.post("/accounts/login/code/", {"email": "luiz@example.org"})
    code = code_in(mail.outbox[-1])
    page = reverse("admin:accounts_user_change", args=[luis.pk])
    client.post(page, {"email": "luis@example.org", **factories.roles_form("organiser", luis), "is_active": "on"})
    sent = len(mail.outbox)
    stranger.post("/accounts/login/code/confirm/", {"code": code})
    assert not get_user(stranger).is_authenticated
    assert [row.email for row in luis.emailaddress_set.all()] == ["luis@example.org"]
    assert len(mail.outbox) == sent


def test_a_code_asked_for_by_the_old_mailbox_opens_nothing_once_the_owner_has_changed_it(client):
    stranger = Client()
    factories.enter(client, factories.user())
    stranger.post("/accounts/login/code/", {"email": "ana@example.org"})
    code = code_in(mail.outbox[-1])
    client.post("/accounts/email/", {"email": "ana@rosario.example", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[-1]), "action": "verify"})
    stranger.post("/accounts/login/code/confirm/", {"code": code})
    assert not get_user(stranger).is_authenticated
    assert User.objects.get().email == "ana@rosario.example"


def test_a_password_with_an_address_that_is_not_confirmed_sends_no_code_there(client, words):
    User.objects.create_user("luis@example.org", PASSWORD)
    response = client.post("/accounts/login/", {"login": "luis@example.org", "password": PASSWORD}, follow=True)
    assert "Esta dirección no está confirmada" in words(response)
    assert (mail.outbox, get_user(client).is_authenticated) == ([], False)


def test_the_admins_own_sign_in_page_takes_no_password(client):
    root = User.objects.create_superuser("root@example.org", PASSWORD)
    client.force_login(factories.user("coordinator"))
    response = client.post("/admin/login/", {"username": "root@example.org", "password": PASSWORD})
    assert response.headers["Location"] == "/admin/"
    assert get_user(client) != root
    assert Client().post("/admin/login/").headers["Location"].startswith("/accounts/login/")
    client.force_login(factories.user("committee", "eva@example.org"))
    assert client.post("/admin/login/").status_code == 403


def test_another_port_in_the_request_is_not_another_lock(client, settings):
    factories.user()
    wrong = {"login": "ana@example.org", "password": "mal"}
    for port in range(3000, 3006):
        client.post("/accounts/login/", wrong, headers={"host": f"testserver:{port}"})
    right = {"login": "ana@example.org", "password": PASSWORD}
    client.post("/accounts/login/", right, headers={"host": "testserver:4000"})
    assert not get_user(client).is_authenticated


def test_the_links_of_a_mail_lead_to_the_sites_own_address(client):
    factories.user()
    client.post("/accounts/password/reset/", {"email": "ana@example.org"}, headers={"host": "testserver:4444"})
    assert "https://talleres.example/accounts/password/reset/key/" in mail.outbox[0].body
    assert "4444" not in mail.outbox[0].body


def test_a_form_that_somebody_sent_from_an_old_session_is_never_carried_out_later(client):
    factories.enter(client, factories.user())
    grow_old(client)
    add = reverse("admin:accounts_user_add")
    planted = client.post(add, {"email": "evil@example.org", "name": "", **factories.roles_form("organiser")})
    asked = client.get(planted.headers["Location"])
    client.post(asked.headers["Location"], {"password": PASSWORD})
    assert not User.objects.filter(email="evil@example.org").exists()
    client.post(
        add, {"email": "luis@example.org", "name": "", **factories.roles_form("committee")}
    )  # sent once more, by its owner
    assert User.objects.filter(email="luis@example.org").exists()


def test_who_has_a_second_factor_does_not_take_it_away_with_the_password_alone(client):
    ana = factories.user()
    TOTP.activate(ana, generate_totp_secret())
    client.force_login(ana)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert ana.authenticator_set.filter(type="totp").exists()
