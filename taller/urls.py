"""All addresses: what is public has its language in the path, what is for people who work on it has not."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.guard import proven
from agenda.web.style import axes, style
from participants.views import logo

from . import views

# The pages of allauth that this site answers for, each opened by a test as nobody and as every role; what allauth
# brings besides (signing up, phones, other providers) is not mounted. The names are those that allauth asks for.
accounts = [
    # Getting in and out.
    path("after-login/", views.after_login, name="after_login"),
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/webauthn/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # A forgotten password, and the link of an invitation.
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    # What changes who can get in.
    path("email/", proven(account.email), name="account_email"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    path("password/change/", account.password_change, name="account_change_password"),  # asks for the old one itself
    path("password/set/", proven(account.password_set), name="account_set_password"),
    path("2fa/", factor.index, name="mfa_index"),
    path("2fa/totp/activate/", proven(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", proven(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", proven(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", proven(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", proven(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", proven(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", proven(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", proven(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]

urlpatterns = [
    path("", views.root, name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("css/site.<slug:made>.<str:key>.css", style, name="style"),
    path("css/axes.<str:key>.css", axes, name="axis_style"),
    path("logos/<slug:digest>.png", logo, name="logo"),
    path("accounts/", include(accounts)),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("agenda.urls"))),
]

handler400 = "taller.views.bad_request"
handler404 = "taller.views.not_found"

if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))
