"""The choices of participants with their labels, without models."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    CITY = "city", _("City")
    METROPOLITAN_AREA = "metropolitan_area", _("Metropolitan area")
    PROVINCE = "province", _("Province, state or region")
    NETWORK = "network", _("Network of cities")
    ASSOCIATION = "association", _("Association or federation")
    UNIVERSITY = "university", _("University")
    LABORATORY = "laboratory", _("Laboratory")
    CENTRE = "centre", _("Research centre or observatory")
    PROGRAMME = "programme", _("Programme")
    FOUNDATION = "foundation", _("Foundation")
    OTHER = "other", _("Other institution")
