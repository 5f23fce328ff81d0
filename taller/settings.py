"""Settings of Taller. Everything that differs between installations is read from the environment."""

import sys
from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext_lazy as _

import languages
from taller import environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment()

VAR_DIR = env.read("VAR_DIR", environment.folder(BASE_DIR), BASE_DIR / "var")
DEBUG = env.read("DEBUG", environment.boolean, default=False)
SECRET_KEY = env.read("SECRET_KEY", str, "") or environment.secret_key(VAR_DIR)
ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", environment.hosts, ["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.read("HTTPS", environment.boolean, default=False)
HSTS_SUBDOMAINS = env.read("HSTS_SUBDOMAINS", environment.boolean, default=False)
TRUSTED_PROXIES = env.read("TRUSTED_PROXIES", environment.number(0, 9), 0)
SERVICE_WORKER = env.read("SERVICE_WORKER", environment.boolean, default=True)
WORKERS = env.read("WORKERS", environment.number(1, 64), 1)
TIME_ZONE = env.read("TIME_ZONE", environment.zone, "Europe/Madrid")

DATABASES = {"default": env.read("DATABASE_URL", environment.database, environment.sqlite(VAR_DIR / "taller.sqlite3"))}
CACHES = {"default": env.read("CACHE_URL", environment.cache, environment.cache("locmem://"))}
MAIL = env.read("EMAIL_URL", environment.mail, environment.mail_folder(VAR_DIR / "mail"))
DELIVERY = MAIL["EMAIL_BACKEND"]  # what hands mails on
# What goes to a mail server is sent by the worker: no request waits for it.
EMAIL_BACKEND = "accounts.letters.Queued" if DELIVERY.endswith("smtp.EmailBackend") else DELIVERY
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST", "localhost"), MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER", ""), MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.get("EMAIL_USE_SSL", False), MAIL.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = MAIL.get("EMAIL_TIMEOUT")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.read("EMAIL_FROM", environment.sender, "taller@localhost")
SITE_URL = env.read("SITE_URL", environment.site, "")  # where readers reach the site; by the request otherwise
LOG_LEVEL = env.read("LOG_LEVEL", environment.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
PRINTED = env.read("PRINTED_URL", environment.files, environment.files_folder(VAR_DIR / "printed"))
env.finish()

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, as its documentation asks
    "taller.apps.TallerConfig",
    "taller.apps.AdminConfig",
    "agenda",
    "participants",
    "sheets",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",  # allauth's pages say how long ago
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "edits",
    "django_tasks",
    "django_tasks_db",
    "accounts",
]

MIDDLEWARE = [
    "taller.middleware.proxied",
    "taller.middleware.headers",
    "taller.middleware.readable",
    "taller.middleware.spared",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "edits.middleware.edits_by_reader",
]

ROOT_URLCONF = "taller.urls"
WSGI_APPLICATION = "taller.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ]
            if not DEBUG
            else [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Languages: Spanish first, in the interface as in the content.
LANGUAGE_CODE = languages.SOURCE
LANGUAGES = languages.LANGUAGES
FORMAT_MODULE_PATH = ["languages.formats"]
LOCALE_PATHS = [BASE_DIR / "taller" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
MODELTRANSLATION_DEFAULT_LANGUAGE = languages.SOURCE
MODELTRANSLATION_LANGUAGES = languages.CODES
MODELTRANSLATION_FALLBACK_LANGUAGES = languages.CODES

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Printed programmes, named after their content.
    "printed": PRINTED,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "taller.assets.Assets"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
WHITENOISE_USE_FINDERS = DEBUG
# Work in the background: the queue is the database's, the worker is `manage.py work` (serve starts and watches it).
# `make dev` has no worker: there the one who asks does it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if DEBUG else "django_tasks_db.DatabaseBackend"
    }
}
PRINT_AT_PUBLICATION = not DEBUG  # the printed editions of a new version are made at once, in the background

# People. Nobody signs up: organisers invite. The login is an e-mail address with a password or a code.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Memberships"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_login"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnly"
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]  # without a password here none is asked for anywhere
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A new address replaces the old one once the code that went there is typed here: a mistyped one is kept nowhere.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of every change of password, address, factor, to the address known before
# Every door that takes a password has the lock of the first one.
ACCOUNT_RATE_LIMITS = {"reauthenticate": "5/300s/user", "change_password": "5/300s/user"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Taller"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

AUDITLOG_DISABLE_REMOTE_ADDR = True  # who and what is enough; addresses are personal data

# Security. Cookies are never readable elsewhere; HSTS and Secure where the site is served over https.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
if SITE_URL:  # its own forms are its own, whatever name a proxy calls it by
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    if SITE_URL.startswith("https://"):
        SECURE_SSL_HOST = SITE_URL.removeprefix("https://")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS_SUBDOMAINS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a workshop's axes, items and their translations in one form

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "taller.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}

SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS of other names below this one is for their owners to decide (HSTS_SUBDOMAINS)
    "security.W021",  # and so is a place in the lists that browsers ship
    "security.W002",  # X-Frame-Options: the content security policy forbids framing on every page
]
SITE_NAME = _("Workshops of cities")

# Queries, templates and timings beside every page of `make dev`; the tests and the server know nothing of it.
if DEBUG and find_spec("debug_toolbar") and "pytest" not in sys.modules:
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(2, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1", "::1"]
