"""The choices of the agenda with their labels, without models: templates, faces and forms take words from here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """What stands on a row of the agenda."""

    SESSION = "session", _("Session")
    CEREMONY = "ceremony", _("Opening or closing")
    REGISTRATION = "registration", _("Registration")
    BREAK = "break", _("Break")
    MEAL = "meal", _("Meal")
    OTHER = "other", _("Other")


ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def roman(number: int | None) -> str:
    """A part's number as notes write it: II."""
    return ROMAN[number] if number and number < len(ROMAN) else str(number or "")


class PartOfDay(TextChoices):
    NONE = "", _("—")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")


class Visibility(TextChoices):
    """To whom a session is open. Who reads, public or members, is an Audience (programme/tree.py)."""

    EVERYONE = "everyone", _("Everyone")
    LISTED = "listed", _("Members only; its row is public")
    MEMBERS = "members", _("Members only, and only they see it")


class Role(TextChoices):
    """What somebody does in a session."""

    MODERATES = "moderates", pgettext_lazy("role", "moderates")
    CONCLUDES = "concludes", pgettext_lazy("role", "concludes")
    PRESENTS = "presents", pgettext_lazy("role", "presents")
    REPORTS = "reports", pgettext_lazy("role", "reports")


class State(TextChoices):
    """How far a session is prepared: only the desk sees it."""

    OPEN = "open", pgettext_lazy("state of a session", "To be agreed")
    CONFIRMED = "confirmed", pgettext_lazy("state of a session", "Confirmed")
    READY = "ready", pgettext_lazy("state of a session", "Ready")


class Confirmation(TextChoices):
    """Whether somebody has said yes to carrying a session. Who has not is not public."""

    YES = "yes", pgettext_lazy("confirmation", "Has confirmed")
    AWAITED = "awaited", pgettext_lazy("confirmation", "Not yet: “To be confirmed” stands there")
    HIDDEN = "hidden", pgettext_lazy("confirmation", "Not yet: nothing stands there")


class ConvenerRole(TextChoices):
    """An institution's part in the workshop itself."""

    CONVENES = "convenes", _("convenes")
    LEADS = "leads", _("leads")
    FUNDS = "funds", _("funds")
    COORDINATES = "coordinates", _("coordinates")
    HOSTS = "hosts", _("hosts")


class SectionKind(TextChoices):
    JUSTIFICATION = "justification", _("justification")
    OBJECTIVES = "objectives", _("objectives")
    METHODOLOGY = "methodology", _("methodology")
    PRACTICAL = "practical", _("practical matters")
    OTHER = "other", _("other")


class Colour(TextChoices):
    """The colours that have a name: who writes one in a sheet need not know its figures."""

    BRICK = "#bb4a22", _("brick")
    BLUE = "#14315c", _("blue")
    GREEN = "#22603a", _("green")
    PLUM = "#5e2357", _("plum")
    OCHRE = "#8a640c", _("ochre")
    SLATE = "#262c33", _("slate")


# Where an axis has no colour of its own: by its number. Eleven differ; then they begin anew.
PALETTE = (*Colour.values, "#1d7f92", "#b8326f", "#6c55c8", "#6d7d16", "#7b4a33")


def axis_colour(number: int) -> str:
    """The colour of axis `number` where its organiser chose none, as #rrggbb."""
    return PALETTE[(number - 1) % len(PALETTE)]
