"""The members of the network: cities and the institutions that work with them, grouped by region."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from rules.constraints import filled, matching, one_of, whole

from .logo import Logo


class Kind(models.TextChoices):
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


class Region(models.Model):
    name = models.CharField(_("name"), max_length=120)
    name_es: str
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_es"],
                name="region_name_once",
                violation_error_message=_("There is a region with this name already."),
            ),
            filled("name_es", name="region_name_filled"),
        ]

    def __str__(self):
        return self.name


class Participant(models.Model):
    """A city, network, university … It stands once, whatever the number of workshops it comes to."""

    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        help_text=_("Leave it empty for an institution that belongs to no single region."),
    )
    name = models.CharField(_("name"), max_length=160, help_text=_("As the programme calls it: «Quito», «UCCI»."))
    name_es: str
    full_name = models.CharField(_("full name"), max_length=240, blank=True, help_text=_("What an acronym stands for."))
    full_name_es: str
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("The last part of its page's address; made from the name where left empty."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.CITY)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(whole("[A-Z]{2}"), _("Two capital letters, such as ES or UY."))],
        help_text=_("Two letters (ISO 3166): ES, UY, FR."),
    )
    website = models.URLField(_("website"), blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("In degrees, south negative."))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("In degrees, west negative."))
    logo = models.ForeignKey(Logo, models.PROTECT, verbose_name=_("logo"), null=True, blank=True, editable=False)
    logo_text = models.CharField(
        _("what the logo shows"),
        max_length=160,
        blank=True,
        help_text=_("For those who do not see it: «Coat of arms of Madrid». Empty where it only says the name."),
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["name_es"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name_es"],
                name="participant_name_once_per_region",
                violation_error_message=_("This region has a participant with this name already."),
            ),
            models.UniqueConstraint(
                fields=["name_es"],
                condition=Q(region=None),
                name="participant_name_once_without_region",
                violation_error_message=_("There is a participant without region with this name already."),
            ),
            filled("name_es", name="participant_name_filled"),
            matching(
                "slug",
                "[-a-zA-Z0-9_]+",
                "participant_address_shaped",
                _("The address is letters, figures and hyphens."),
            ),
            one_of("kind", Kind, "participant_kind_known", _("This kind is not one of the list.")),
            matching(
                "website",
                r"https?://\S+",
                "participant_website_on_the_web",
                _("The website begins with https:// or http://."),
                or_empty=True,
            ),
            matching(
                "country",
                "[A-Z]{2}",
                "participant_country_two_letters",
                _("The country is two capital letters, such as ES or UY."),
                or_empty=True,
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="participant_on_the_globe",
                violation_error_message=_(
                    "Give both latitude (-90 to 90) and longitude (-180 to 180), or leave both empty."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        # Before the constraints are looked at: an empty address is one to be made.
        if not self.slug and (self.name_es or self.name):
            self.slug = free_slug(self.name_es or self.name)

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(self.name_es or self.name)
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "slug"}
        super().save(*args, **kwargs)


def free_slug(name: str) -> str:
    """An address for a participant called `name` that no other has: quito, then quito-2."""
    stem = slugify(name)[:70] or "participante"
    taken = set(Participant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
