"""The members of the network: cities and the institutions that work with them, grouped by region."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.dispatch import Signal
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from edits.recording import Recorded, RecordedQuerySet, acting
from languages import SOURCE, column, name_key
from languages.fields import LineField, WebField
from participants.vocabulary import Kind
from rules.constraints import filled, matching, on_the_globe, one_of, whole

from .logo import Logo

LONGEST_KEY = 400  # letters; one letter may be taken apart into eighteen
changed = Signal()  # before many rows are written at once; `sender` is their model, `rows` the queryset


class NamedQuerySet(RecordedQuerySet):
    """Rows that are told apart by their names, however these are written."""

    def called(self, name: str) -> "NamedQuerySet":
        """Those whose name is `name`, uppercase or lowercase, with accents or without."""
        return self.filter(name_key=name_key(name)[:LONGEST_KEY])

    def update(self, **values):
        if "name" in values:  # modeltranslation's twin of the active language's column
            values[column("name", translation.get_language() or SOURCE)] = values.pop("name")
        if isinstance(values.get("name_es"), str):
            values["name_key"] = name_key(values["name_es"])[:LONGEST_KEY]
        with acting():
            changed.send(self.model, rows=self)
            return super().update(**values)

    def delete(self):
        with acting():
            changed.send(self.model, rows=self)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_update(self, objs, fields, batch_size=None):
        fields = list(fields)
        if "name_es" in fields:
            fields.append("name_key")
            for row in objs:
                row.name_key = name_key(row.name_es)[:LONGEST_KEY]
        return super().bulk_update(objs, fields, batch_size)


class NameKeyField(models.CharField):
    """The name of the row as names are compared (languages.name_key), made anew with every save."""

    def pre_save(self, model_instance, add):
        value = name_key(model_instance.name_es)[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class Named(Recorded):
    """A row with a name in several languages; the Spanish one tells it apart."""

    name_key = NameKeyField(max_length=LONGEST_KEY, editable=False, default="")
    name_es: str

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if (fields := kwargs.get("update_fields")) is not None and "name_es" in fields:
            kwargs["update_fields"] = {*fields, "name_key"}
        super().save(*args, **kwargs)

    def full_clean(self, exclude=None, validate_unique=True, validate_constraints=True):
        self.name_key = name_key(self.name_es)[:LONGEST_KEY]
        super().full_clean({*(exclude or ()), "name_key"}, validate_unique, validate_constraints)

    def validate_constraints(self, exclude=None):
        # No form shows the key, and its rules are looked at all the same.
        super().validate_constraints({*(exclude or ())} - {"name_key"})


class Region(Named):
    name = LineField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                name="region_name_once",
                violation_error_message=_("There is a region with this name already."),
            ),
            filled("name_es", name="region_name_filled"),
        ]

    def __str__(self):
        return self.name


class Participant(Named):
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
    name = LineField(_("name"), max_length=160, help_text=_("As the programme calls it: “Quito”, “UCCI”."))
    full_name = LineField(_("full name"), max_length=240, blank=True, help_text=_("What an acronym stands for."))
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
    website = WebField(_("website"), blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("In degrees, south negative."))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("In degrees, west negative."))
    logo = models.ForeignKey(Logo, models.PROTECT, verbose_name=_("logo"), null=True, blank=True, editable=False)
    logo_text = LineField(
        _("what the logo shows"),
        max_length=160,
        blank=True,
        help_text=_("For those who do not see it: “Coat of arms of Madrid”. Empty where it only says the name."),
    )

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name_key"],
                name="participant_name_once_per_region",
                violation_error_message=_("This region has a participant with this name already."),
            ),
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(region=None),
                name="participant_name_once_without_region",
                violation_error_message=_("There is a participant without region with this name already."),
            ),
            filled("name_es", name="participant_name_filled"),
            matching(
                "slug",
                "[-a-zA-Z0-9_]+",
                "participant_address_shaped",
                _("The address consists of letters, digits and hyphens."),
            ),
            one_of("kind", Kind, "participant_kind_known", _("Choose one of the listed kinds.")),
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
            on_the_globe("participant_on_the_globe"),
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
