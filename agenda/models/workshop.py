"""A workshop and what it is made of besides its sessions."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import languages
from participants.models import Participant
from rules import origins
from rules.constraints import codes_in_json, filled, matching, whole

RESERVED_SLUGS = ("talleres", "accounts", "admin", "static", "healthz")


def known_zone(value: str) -> None:
    """Raise ValidationError where `value` is no IANA time zone."""
    if not languages.is_zone(value):
        raise ValidationError(_("«%(zone)s» is not a time zone such as Europe/Madrid."), params={"zone": value})


def free_address(value: str) -> None:
    """Raise ValidationError where the site itself uses the address `value`."""
    if value in RESERVED_SLUGS:
        raise ValidationError(_("The site itself uses the address «%(slug)s»."), params={"slug": value})


def known_origins(value: str) -> None:
    """Raise ValidationError for a line that is no origin (RFC 6454) as a content security policy takes it."""
    for line in filter(None, map(str.strip, value.splitlines())):
        if not origins.is_origin(line):
            raise ValidationError(
                _("«%(line)s» is not the address of a site such as https://www.example.org."), params={"line": line}
            )


def all_languages() -> list[str]:
    """The codes of all languages: what a new workshop is published in."""
    return list(languages.CODES)


class Workshop(models.Model):
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[free_address],
        help_text=_("Stands in every link and on paper: «taller-10». Do not change it once it is printed."),
    )
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    series = models.CharField(_("series"), max_length=120, blank=True, help_text=_("«Learning workshop»"))
    title = models.CharField(_("title"), max_length=240)
    title_es: str
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(whole("[A-Z]{2}"), _("Two capital letters, such as ES or UY."))],
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/Madrid",
        validators=[known_zone],
        help_text=_("All times of the agenda are times of this zone."),
    )
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    address = models.CharField(_("address of the venue"), max_length=240, blank=True)
    languages = models.JSONField(
        _("languages"), default=all_languages, help_text=_("In which the programme is to be complete.")
    )
    framed_by = models.TextField(
        _("may show the agenda inside their pages"),
        blank=True,
        validators=[known_origins],
        help_text=_(
            "Addresses of other sites, one per line: https://www.example.org. They show …/agenda/embed/ in a frame."
        ),
    )
    # What the last concept note said, field by field (notes/load.py): the next one changes only what it says anew.
    note = models.JSONField(default=dict, editable=False)
    participants = models.ManyToManyField(Participant, through="Attendance", related_name="workshops")

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["-number", "slug"]
        permissions = [
            ("publish_workshop", _("Can publish the programme")),
            ("see_members", _("Can see the members' sessions")),
        ]
        constraints = [
            filled("title_es", name="workshop_title_filled"),
            models.CheckConstraint(
                condition=Q(slug__regex=whole("[-a-zA-Z0-9_]+")) & ~Q(slug__in=RESERVED_SLUGS),
                name="workshop_address_free",
                violation_error_message=_("The address is letters, figures and hyphens, and none of the site's own."),
            ),
            matching(
                "country",
                "[A-Z]{2}",
                "workshop_country_two_letters",
                _("The country is two capital letters, such as ES or UY."),
                or_empty=True,
            ),
            # Which zones there are is not for the database to know: what has the shape of one and is none stops
            # publication (clashes.py), and is read as UTC until then (programme/audience.py).
            matching(
                "timezone",
                r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*",
                "workshop_timezone_shaped",
                _("This is not a time zone such as Europe/Madrid."),
            ),
            matching(
                "framed_by",
                origins.LINES,
                "workshop_framers_are_sites",
                _("Each line is the address of a site such as https://www.example.org."),
            ),
            codes_in_json(
                "languages",
                languages.CODES,
                "workshop_languages_known",
                _("The languages are Spanish and others of the site."),
                first=languages.SOURCE,
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}" if self.number else self.title


class Day(models.Model):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="days", verbose_name=_("workshop"))
    date = models.DateField(_("date"))
    label = models.CharField(
        _("remark"),
        max_length=160,
        blank=True,
        help_text=_("What the date does not say: «optional programme»."),
    )
    optional = models.BooleanField(_("optional"), default=False)

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "date"],
                name="day_date_once_per_workshop",
                violation_error_message=_("This workshop has a day with this date already."),
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d}"

    def clean(self):
        if self.pk and self.sessions.exclude(workshop=self.workshop_id).exists():
            raise ValidationError(_("A day that has sessions cannot go to another workshop."))


class Axis(models.Model):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="axes", verbose_name=_("workshop"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1), MaxValueValidator(99)])
    title = models.CharField(_("title"), max_length=240)
    title_es: str
    description = models.TextField(_("description"), blank=True)
    colour = models.PositiveSmallIntegerField(
        _("colour"),
        default=0,
        choices=[
            (0, _("by its number")), (1, _("brick")), (2, _("blue")), (3, _("green")),
            (4, _("plum")), (5, _("ochre")), (6, _("slate")),
        ],
    )  # fmt: skip

    class Meta:
        verbose_name = _("axis")
        verbose_name_plural = _("axes")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "number"],
                name="axis_number_once_per_workshop",
                violation_error_message=_("This workshop has an axis with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(number__lte=99),
                name="axis_number_from_1_to_99",
                violation_error_message=_("The number of an axis goes from 1 to 99."),
            ),
            models.CheckConstraint(
                condition=Q(colour__lte=6),
                name="axis_colour_known",
                violation_error_message=_("This colour is not one of the six."),
            ),
            filled("title_es", name="axis_title_filled"),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def clean(self):
        if self.pk and self.sessions.exclude(workshop=self.workshop_id).exists():
            raise ValidationError(_("An axis that has sessions cannot go to another workshop."))


class Attendance(models.Model):
    """A participant takes part in a workshop, under the number that the concept note gives it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="attendances", verbose_name=_("workshop"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="attendances", verbose_name=_("participant")
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("participant of the workshop")
        verbose_name_plural = _("participants of the workshop")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "participant"],
                name="attendance_once_per_workshop",
                violation_error_message=_("This participant is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="attendance_number_from_1",
                violation_error_message=_("The numbers of the list begin with 1."),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.participant}"


class Convener(models.Model):
    """A participant's part in the workshop itself."""

    class Role(models.TextChoices):
        CONVENES = "convenes", _("convenes")
        LEADS = "leads", _("leads")
        FUNDS = "funds", _("funds")
        COORDINATES = "coordinates", _("coordinates")
        HOSTS = "hosts", _("hosts")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="conveners", verbose_name=_("workshop"))
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="convened", verbose_name=_("participant"))
    role = models.CharField(_("part"), max_length=20, choices=Role.choices, default=Role.CONVENES)
    led_by = models.CharField(_("led by"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("convener")
        verbose_name_plural = _("conveners")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "participant", "role"],
                name="convener_role_once",
                violation_error_message=_("This institution has this part already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["convenes", "leads", "funds", "coordinates", "hosts"]),
                name="convener_role_known",
                violation_error_message=_("This part is not one of the list."),
            ),
        ]

    def __str__(self):
        return f"{self.participant} {self.get_role_display()}"


class Section(models.Model):
    """A chapter of the presentation, in Markdown, with footnotes: `[^1]` in the text, `[^1]: …` below."""

    class Kind(models.TextChoices):
        JUSTIFICATION = "justification", _("justification")
        OBJECTIVES = "objectives", _("objectives")
        METHODOLOGY = "methodology", _("methodology")
        PRACTICAL = "practical", _("practical matters")
        OTHER = "other", _("other")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sections", verbose_name=_("workshop"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=160)
    title_es: str
    body = models.TextField(
        _("text"),
        blank=True,
        help_text=_("Markdown. A footnote: [^1] in the text and a line «[^1]: …» below."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            filled("title_es", name="section_title_filled"),
            models.CheckConstraint(
                condition=Q(kind__in=["justification", "objectives", "methodology", "practical", "other"]),
                name="section_kind_known",
                violation_error_message=_("This kind is not one of the list."),
            ),
        ]

    def __str__(self):
        return self.title
