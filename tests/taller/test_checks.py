import pytest

from taller import checks


def ids(found):
    return [message.id for message in found]


@pytest.fixture
def production(settings):
    settings.ALLOWED_HOSTS = ["talleres.example"]
    settings.HTTPS, settings.TRUSTED_PROXIES, settings.WORKERS = True, 1, 1
    settings.DELIVERY = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def every():
    return ids(
        [
            m
            for check in (
                checks.hosts,
                checks.https,
                checks.shared_cache,
                checks.mail,
                checks.folders,
                checks.printing,
            )
            for m in check(None)
        ]
    )


def test_a_well_kept_installation_has_nothing_to_say(production):
    assert every() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ALLOWED_HOSTS": ["*"]}, ["taller.E001"]),
        ({"HTTPS": False}, ["taller.E002"]),
        ({"TRUSTED_PROXIES": 0}, ["taller.W003"]),
        (
            {
                "WORKERS": 2,
                "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            },
            ["taller.E004"],
        ),
        ({"DELIVERY": "django.core.mail.backends.filebased.EmailBackend"}, ["taller.E005"]),
        ({"VAR_DIR": "/proc/nowhere"}, ["taller.E006"]),
    ],
)
def test_what_would_hurt_in_production_is_told(production, change, expected):
    for name, value in change.items():
        setattr(production, name, value)
    assert every() == expected


def test_a_site_for_this_machine_only_needs_neither_https_nor_mail(production):
    production.ALLOWED_HOSTS, production.HTTPS = ["localhost"], False
    production.DELIVERY = "django.core.mail.backends.filebased.EmailBackend"
    assert every() == []
