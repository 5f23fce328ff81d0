"""Nobody gets in by an address that was never proven, or by a session that stood open."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.templatetags.accounts import browser
from taller.urls import accounts
from tests import factories
from tests.forms import delete

pytestmark = pytest.mark.django_db
PASSWORD = factories.PASSWORD


def code_in(message) -> str:
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", message.body, re.M)[1]


def grow_old(client, seconds=3600):
    """The session of `client` proved who it is `seconds` ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": time.time() - seconds} for record in session["account_authentication_methods"]
    ]
    session.save()


def entered(email, password=PASSWORD) -> Client:
    """A browser of their own, in which the person with `email` has signed in."""
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    assert get_user(client).is_authenticated
    return client


# --- an address that is not confirmed (A1, A6) ---


def test_no_code_goes_to_an_address_that_was_written_down_and_not_confirmed(client):
    ana = factories.user()
    EmailAddress.objects.create(user=ana, email="anna@example.org", verified=False)
    client.post("/accounts/login/code/", {"email": "anna@example.org"})
    assert mail.outbox == []


def test_no_reset_link_goes_to_an_address_that_was_written_down_and_not_confirmed(client):
    ana = factories.user()
    EmailAddress.objects.create(user=ana, email="anna@example.org", verified=False)
    client.post("/accounts/password/reset/", {"email": "anna@example.org"})
    assert mail.outbox == []


def test_the_address_in_the_persons_own_row_counts_only_once_it_is_confirmed(client):
    User.objects.create_user("luis@example.org", PASSWORD)
    for page in ("/accounts/login/code/", "/accounts/password/reset/"):
        client.post(page, {"email": "luis@example.org"})
    assert mail.outbox == []


def test_codes_and_links_still_go_to_confirmed_addresses(client):
    factories.user()
    for page in ("/accounts/login/code/", "/accounts/password/reset/"):
        Client().post(page, {"email": "Ana@Example.org"})
    assert [message.to for message in mail.outbox] == [["ana@example.org"]] * 2


def test_a_mistyped_new_address_is_kept_nowhere_until_its_code_is_typed(client):
    ana = factories.enter(client, factories.user())
    client.post("/accounts/email/", {"email": "anna@example.org", "action_add": ""})
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert [row.email for row in EmailAddress.objects.all()] == ["ana@example.org"]
    # Whoever reads that mailbox has a code that is worth something in Ana's browser only.
    stranger = Client()
    stranger.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0]), "action": "verify"})
    assert User.objects.get(pk=ana.pk).email == "ana@example.org"


def test_a_new_address_whose_code_is_typed_replaces_the_old_one_and_the_old_one_is_told(client):
    ana = factories.enter(client, factories.user())
    other = entered("ana@example.org")
    client.post("/accounts/email/", {"email": "ana@rosario.example", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0]), "action": "verify"})
    ana.refresh_from_db()
    assert ana.email == "ana@rosario.example"
    assert [row.email for row in EmailAddress.objects.all()] == ["ana@rosario.example"]
    assert mail.outbox[-1].to == ["ana@example.org"]
    assert "ana@rosario.example" in mail.outbox[-1].body
    assert [get_user(c).is_authenticated for c in (client, other)] == [True, False]


def test_an_address_that_somebody_wrote_down_and_never_confirmed_blocks_no_invitation(client):
    EmailAddress.objects.create(user=factories.user("committee", "eva@example.org"), email="luis@example.org")
    factories.enter(client, factories.user())
    client.post(
        reverse("admin:accounts_user_add"), {"email": "luis@example.org", **factories.roles_form("coordinator")}
    )
    assert [message.to for message in mail.outbox] == [["luis@example.org"]]
    Client().post("/accounts/login/code/", {"email": "luis@example.org"})
    assert len(mail.outbox) == 2


# --- an open session (A2, A5) ---

CHANGES = [
    "/accounts/email/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/add/",
    "/admin/accounts/user/add/",
]


@pytest.mark.parametrize("page", CHANGES)
def test_what_changes_who_gets_in_asks_an_old_session_who_is_there(client, page):
    factories.enter(client, factories.user())
    grow_old(client)
    for method in (client.get, client.post):
        response = method(page)
        assert response.status_code == 302
        following = client.get(response.headers["Location"]) if "reauth" not in response.headers["Location"] else None
        assert "/accounts/reauthenticate/" in (following or response).headers["Location"]


def test_an_organiser_proves_who_they_are_before_they_change_or_end_somebodys_access(client):
    luis = factories.user("coordinator", "luis@example.org")
    factories.enter(client, factories.user())
    grow_old(client)
    change, delete = (reverse(f"admin:accounts_user_{verb}", args=[luis.pk]) for verb in ("change", "delete"))
    client.post(change, {"email": luis.email, **factories.roles_form("organiser", luis), "is_active": "on"})
    client.post(delete, {"post": "yes"})
    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "delete_selected", "_selected_action": luis.pk, "post": "yes", "index": 0},
    )
    assert [membership.role for membership in User.objects.get(pk=luis.pk).memberships.all()] == ["coordinator"]
    assert mail.outbox == []


def test_who_has_no_password_enters_again_with_a_code_before_anything_changes(client):
    ana = factories.user()
    ana.set_unusable_password()
    ana.save()
    client.post("/accounts/login/code/", {"email": "ana@example.org"})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})
    assert client.get("/accounts/password/set/").status_code == 200
    grow_old(client)
    for page in ("/accounts/password/set/", "/accounts/email/"):
        response = client.get(page)
    assert response.headers["Location"].startswith("/accounts/login/")
    assert not get_user(client).is_authenticated


def test_a_password_typed_into_an_old_session_is_kept_nowhere(client):
    ana = factories.user()
    TOTP.activate(ana, generate_totp_secret())
    ana.set_unusable_password()
    ana.save()
    client.force_login(ana)
    client.post("/accounts/password/set/", {"password1": "otra-clave-larga", "password2": "otra-clave-larga"})
    assert "otra-clave-larga" not in str(dict(client.session))
    assert not User.objects.get().has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_a_new_second_factor_ends_the_other_sessions_and_is_told(client):
    ana = factories.enter(client, factories.user(None))
    other = entered("ana@example.org")
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert ana.authenticator_set.exists()
    assert [get_user(c).is_authenticated for c in (client, other)] == [True, False]
    assert mail.outbox[-1].to == ["ana@example.org"]


def test_a_changed_password_ends_the_other_sessions_and_is_told(client):
    factories.enter(client, factories.user())
    other = entered("ana@example.org")
    new = {"oldpassword": PASSWORD, "password1": "otra-clave-larga", "password2": "otra-clave-larga"}
    client.post("/accounts/password/change/", new)
    assert [get_user(c).is_authenticated for c in (client, other)] == [True, False]
    assert mail.outbox[-1].to == ["ana@example.org"]


@pytest.mark.parametrize(
    ("role", "form", "told"),
    [
        (
            "committee",
            {"is_active": "on"},
            "Papel: Comité · Todos los talleres (antes: Coordinación · Todos los talleres).",
        ),
        ("coordinator", {}, "El acceso se ha cerrado."),
    ],
)
def test_what_an_organiser_changes_ends_that_persons_sessions_and_is_told_to_them(client, role, form, told):
    luis = factories.user("coordinator", "luis@example.org")
    theirs = entered("luis@example.org")
    factories.enter(client, factories.user())
    client.post(reverse("admin:accounts_user_change", args=[luis.pk]), {**form, **factories.roles_form(role, luis)})
    assert not get_user(theirs).is_authenticated
    assert mail.outbox[-1].to == ["luis@example.org"]
    assert told in mail.outbox[-1].body


def test_an_ended_access_is_told_to_the_person(client):
    luis = factories.user("coordinator", "luis@example.org")
    factories.enter(client, factories.user())
    delete(client, reverse("admin:accounts_user_delete", args=[luis.pk]))
    assert (mail.outbox[-1].to, User.objects.count()) == (["luis@example.org"], 1)


def test_an_address_is_corrected_by_organisers_only_until_the_person_has_entered(client):
    factories.enter(client, factories.user())
    client.post(reverse("admin:accounts_user_add"), {"email": "luiz@example.org", **factories.roles_form("committee")})
    luis = User.objects.get(email="luiz@example.org")
    page = reverse("admin:accounts_user_change", args=[luis.pk])
    client.post(page, {"email": "luis@example.org", **factories.roles_form("committee", luis), "is_active": "on"})
    assert [row.email for row in luis.emailaddress_set.all()] == ["luis@example.org"]
    assert {message.to[0] for message in mail.outbox} == {"luiz@example.org", "luis@example.org"}
    User.objects.filter(pk=luis.pk).update(last_login="2018-09-01T00:00Z")
    client.post(page, {"email": "evil@example.org", **factories.roles_form("committee", luis), "is_active": "on"})
    assert User.objects.get(pk=luis.pk).email == "luis@example.org"


def test_somebody_whose_access_is_closed_is_not_invited_and_the_organiser_is_told(client, words):
    luis = factories.user("coordinator", "luis@example.org", is_active=False)
    factories.enter(client, factories.user())
    response = client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "invite_again", "_selected_action": luis.pk, "index": 0},
        follow=True,
    )
    assert "No se ha enviado nada a luis@example.org" in words(response)
    assert mail.outbox == []


def test_the_admins_own_page_for_passwords_leads_to_the_accounts(client):
    client.force_login(factories.user())
    for page in ("/admin/password_change/", "/admin/password_change/done/"):
        assert client.post(page, {"old_password": "x"}).headers["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/accounts/reauthenticate/", {"password": "mal"}),
        (
            "/accounts/password/change/",
            {"oldpassword": "mal", "password1": "otra-clave-larga", "password2": "otra-clave-larga"},
        ),
    ],
)
def test_every_door_that_takes_a_password_shuts_after_five_wrong_ones(client, page, form, words):
    client.force_login(factories.user())
    answers = [client.post(page, form) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert "Demasiados intentos" in words(answers[-1])


# --- the pages themselves ---


def filled(pattern) -> str:
    route = str(pattern.pattern).replace("<int:pk>", "1").lstrip("^").rstrip("$")
    return "/accounts/" + re.sub(r"\(\?P<\w+>[^)]*\)", "x", route)


@pytest.mark.parametrize("role", ["nobody", None, "committee", "coordinator", "organiser", "superuser"])
def test_every_page_of_the_accounts_opens_for_everybody_without_an_error(client, role):
    if role == "superuser":
        User.objects.create_superuser("ana@example.org", PASSWORD)
    elif role != "nobody":
        factories.user(role)
    if role != "nobody":
        factories.enter(client, User.objects.get())
    seen = {}
    for pattern in accounts:
        page = filled(pattern)
        if "logout" not in page:
            seen[page] = client.get(page).status_code
    assert {page: status for page, status in seen.items() if status not in (200, 302, 404)} == {}
    assert seen["/accounts/2fa/webauthn/"] == (302 if role == "nobody" else 200)
    missing = {page for page, status in seen.items() if status == 404}
    assert missing <= {f"/accounts/2fa/webauthn/keys/1/{verb}/" for verb in ("remove", "edit")} | {
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/download/",
    }


@pytest.mark.parametrize("page", ["signup/", "phone/change/", "3rdparty/", "2fa/webauthn/signup/", "signup/passkey/"])
def test_what_the_sign_in_library_brings_besides_is_not_mounted(client, page):
    assert client.get(f"/accounts/{page}").status_code == 404


def test_a_person_sees_their_open_sessions_and_ends_the_others(client, words):
    factories.enter(client, factories.user())
    other = entered("ana@example.org")
    assert UserSession.objects.count() == 2
    shown = words(client.get("/accounts/sessions/"))
    assert "Este dispositivo · otro programa · 127.0.0.1" in shown
    client.post("/accounts/sessions/")
    assert [get_user(c).is_authenticated for c in (client, other)] == [True, False]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/537 Chrome/126.0 Safari/537 Edg/126.0", "Edge, Mac"),
        ("", "otro programa"),
        ("<script>", "otro programa"),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_people_call_it(header, said):
    assert browser(header) == said
