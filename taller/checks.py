"""System checks for what would hurt in production (`manage.py check --deploy`)."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.checks import Warning as Caution

from taller import probes
from taller.environment import is_local


def public_hosts() -> list[str]:
    """The allowed hosts through which others than this machine reach the site."""
    return [name for name in settings.ALLOWED_HOSTS if not is_local(name)]


@register(Tags.security, deploy=True)
def hosts(app_configs, **kwargs):
    """A site that anyone may call by any name hands out links to foreign hosts in its e-mails."""
    if "*" in settings.ALLOWED_HOSTS:
        return [Error("ALLOWED_HOSTS=* accepts any name.", hint="List the site's names.", id="taller.E001")]
    return []


@register(Tags.security, deploy=True)
def https(app_configs, **kwargs):
    """A public site without https sends session cookies in the clear."""
    if public_hosts() and not settings.HTTPS:
        return [
            Error(
                "The site has public names but HTTPS is off: cookies would travel in the clear.",
                hint="Put a proxy with a certificate before it, then set HTTPS=yes and TRUSTED_PROXIES=1.",
                id="taller.E002",
            )
        ]
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        return [
            Caution(
                "HTTPS=yes without TRUSTED_PROXIES: behind a proxy every request would be redirected for ever, "
                "and rate limits would count all readers as one.",
                hint="Set TRUSTED_PROXIES to the number of proxies in front, or ignore this where the server "
                "itself speaks TLS.",
                id="taller.W003",
            )
        ]
    return []


@register(Tags.caches, deploy=True)
def shared_cache(app_configs, **kwargs):
    """Login attempts are counted in the cache; each worker counting alone multiplies the limit."""
    if settings.WORKERS > 1 and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return [
            Error(
                f"{settings.WORKERS} workers each have a cache of their own: login attempts are counted apart.",
                hint="Set CACHE_URL=redis://…, or WORKERS=1.",
                id="taller.E004",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail(app_configs, **kwargs):
    """Invitations and login codes that are written to a file reach nobody."""
    if public_hosts() and not settings.DELIVERY.endswith("smtp.EmailBackend"):
        return [
            Error(
                "The site has public names but sends no e-mail: invitations and login codes stay in a folder.",
                hint="Set EMAIL_URL=smtp://user:password@host:587?tls=yes and EMAIL_FROM.",
                id="taller.E005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def address(app_configs, **kwargs):
    """Without it, each name and port by which the site is called makes its own printed programme."""
    if public_hosts() and not settings.SITE_URL:
        return [
            Caution(
                "The site has public names but no SITE_URL: calendars and QR codes lead wherever the reader came from.",
                hint="Set SITE_URL=https://the.site.",
                id="taller.W008",
            )
        ]
    return []


@register(Tags.files)
def folders(app_configs, **kwargs):
    """The folder for what the installation keeps must be writable."""
    folder = Path(settings.VAR_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return [Error(f"The folder {folder} cannot be written: {error.strerror}.", id="taller.E006")]
    return []


@register(Tags.files, deploy=True)
def room(app_configs, **kwargs):
    """A full disk loses what somebody saves."""
    problem = probes.room()
    return [Caution(problem, hint="Make room, or set VAR_DIR to another disk.", id="taller.W009")] if problem else []


@register(Tags.database)
def database(app_configs, databases=None, **kwargs):
    """The database is there, in UTF-8, and ours: asked before migrations, and by `check --database default`."""
    problem = probes.database() if databases else ""
    return [Error(problem, hint="DATABASE_URL says which one it is.", id="taller.E010")] if problem else []


@register(Tags.database, deploy=True)
def mail_server(app_configs, databases=None, **kwargs):
    """The mail server answers: asked by `check --deploy --database default`, which looks outside."""
    problem = probes.mail() if databases else ""
    return [Error(problem, hint="EMAIL_URL says which one it is.", id="taller.E011")] if problem else []


@register("printing")
def printing(app_configs, **kwargs):
    """WeasyPrint needs Pango and HarfBuzz of the system; say so at the start, not at the first PDF."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return [
            Error(
                "The libraries that typeset the printed programme are missing.",
                hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                id="taller.E007",
            )
        ]
    return []
