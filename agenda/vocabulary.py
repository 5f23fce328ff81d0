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
    """The colours of axes, in the order of the stylesheets' numbers 1 to 6; none is chosen by the axis's number."""

    BY_NUMBER = "", _("by its number")
    BRICK = "brick", _("brick")
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    PLUM = "plum", _("plum")
    OCHRE = "ochre", _("ochre")
    SLATE = "slate", _("slate")

    def number(self, axis: int) -> int:
        """Its number in the stylesheets, 1 to 6; where none is chosen, by the number of the axis."""
        return list(Colour).index(self) or (axis - 1) % (len(Colour) - 1) + 1
