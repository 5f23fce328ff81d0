"""A workshop and what it is made of besides its sessions."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

import languages
from agenda.vocabulary import ConvenerRole, SectionKind
from edits.recording import Recorded, RecordedQuerySet
from languages.fields import LineField, ProseField
from participants.models import Participant
from rules import origins
from rules.constraints import codes_in_json, filled_somewhere, matching, on_the_globe, one_of, whole

from .codes import code_once, code_printable, part_code
from .colours import ColourField
from .order import OrderField
from .revision import Belonging, BelongingQuerySet, lock
from .source import WrittenInSource

# What calendars can hold, with a night and a time zone on either side: a mistyped year is told where it is typed.
FIRST_DATE, LAST_DATE = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
RESERVED_SLUGS = ("talleres", "accounts", "admin", "static", "healthz")


def known_zone(value: str) -> None:
    """Raise ValidationError where `value` is no IANA time zone."""
    if not languages.is_zone(value):
        raise ValidationError(_("“%(zone)s” is not a time zone such as Europe/Madrid."), params={"zone": value})


def free_address(value: str) -> None:
    """Raise ValidationError where the site itself uses the address `value`."""
    if value in RESERVED_SLUGS:
        raise ValidationError(_("The site itself uses the address “%(slug)s”."), params={"slug": value})


def known_origins(value: str) -> None:
    """Raise ValidationError for a line that is no origin (RFC 6454) as a content security policy takes it."""
    for line in filter(None, map(str.strip, value.splitlines())):
        if not origins.is_origin(line):
            raise ValidationError(
                _("“%(line)s” is not the address of a site such as https://www.example.org."), params={"line": line}
            )


def all_languages() -> list[str]:
    """The codes of all languages: what a new workshop is published in."""
    return list(languages.CODES)


class Workshop(WrittenInSource, Recorded):
    WORKSHOP = "pk"
    must_say = ("title",)

    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[free_address],
        help_text=_("Stands in every link and on paper: “taller-10”. Do not change it once it is printed."),
    )
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    series = LineField(_("series"), max_length=120, blank=True, help_text=_("“Learning workshop”"))
    title = LineField(_("title"), max_length=240, blank=True)
    city = LineField(_("city"), max_length=120, blank=True)
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
        help_text=_("All times in the agenda are in this zone."),
    )
    venue = LineField(_("venue"), max_length=160, blank=True)
    address = LineField(_("address of the venue"), max_length=240, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("In degrees, south negative."))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("In degrees, west negative."))
    source = models.CharField(
        _("language"),
        max_length=10,
        choices=languages.LANGUAGES,
        default=languages.SOURCE,
        help_text=_("In which the programme is written first. What is missing in another one falls back to it."),
    )
    languages = models.JSONField(
        _("languages"), default=all_languages, help_text=_("In which the programme is to be complete.")
    )
    framed_by = ProseField(
        _("sites that may embed the agenda"),
        blank=True,
        validators=[known_origins],
        help_text=_(
            "Addresses of other sites, one per line: https://www.example.org. They show …/agenda/embed/ in a frame."
        ),
    )
    withdrawals = models.PositiveIntegerField(default=0, editable=False)  # what was taken back (withdrawing.py)
    revision = models.PositiveBigIntegerField(default=0, editable=False)  # of the draft (revision.py)
    # What the last concept note said, field by field (notes/load.py): the next one changes only what it says anew.
    note = models.JSONField(default=dict, editable=False)
    participants = models.ManyToManyField(Participant, through="Attendance", related_name="workshops")

    objects: "models.Manager[Workshop]" = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["-number", "slug"]
        permissions = [
            ("publish_workshop", _("Can publish the programme")),
            ("see_members", _("Can see the members' sessions")),
        ]
        constraints = [
            filled_somewhere("title", name="workshop_title_filled"),
            models.CheckConstraint(
                condition=Q(slug__regex=whole("[-a-zA-Z0-9_]+")) & ~Q(slug__in=RESERVED_SLUGS),
                name="workshop_address_free",
                violation_error_message=_(
                    "The address consists of letters, digits and hyphens, and is not one that the site itself uses."
                ),
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
            on_the_globe("workshop_on_the_globe"),
            models.CheckConstraint(
                condition=Q(source__in=languages.CODES),
                name="workshop_source_known",
                violation_error_message=_("Choose one of the languages of the site."),
            ),
            codes_in_json(
                "languages",
                languages.CODES,
                "workshop_languages_known",
                _("The languages are the workshop's own and others of the site."),
                holds="source",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}" if self.number else self.title

    def written_in(self):
        return self.source

    def workshop_key(self) -> int | None:
        return self.pk

    def lock(self) -> None:
        """Let nobody else change anything of the workshop before this transaction ends."""
        lock(self.pk)

    def save(self, *args, **kwargs):
        # The revision is raised in the database: what this row was read with may be an older one.
        if not self._state.adding and kwargs.get("update_fields") is None:
            kept = {field.attname for field in self._meta.concrete_fields if not field.primary_key}
            kwargs["update_fields"] = kept - {"revision", "withdrawals"} - self.get_deferred_fields()
        super().save(*args, **kwargs)


class Day(Belonging):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="days", verbose_name=_("workshop"))
    date = models.DateField(_("date"), validators=[MinValueValidator(FIRST_DATE), MaxValueValidator(LAST_DATE)])
    label = LineField(
        _("remark"),
        max_length=160,
        blank=True,
        help_text=_("What the date does not say: “optional programme”."),
    )
    optional = models.BooleanField(_("optional"), default=False)

    objects = BelongingQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(date__range=(FIRST_DATE, LAST_DATE)),
                name="day_date_in_range",
                violation_error_message=_("The date must lie between 1900 and 2199."),
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d}"

    def called(self) -> str:
        """The day as people say it, in the active language."""
        return date_format(self.date, str(_("l j F")))

    def clean(self):
        if self.pk and self.sessions.exclude(workshop=self.workshop_id).exists():
            raise ValidationError(_("A day that has sessions cannot go to another workshop."))


class Axis(Belonging, WrittenInSource):
    must_say = ("title",)

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="axes", verbose_name=_("workshop"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1), MaxValueValidator(99)])
    title = LineField(_("title"), max_length=240, blank=True)
    description = ProseField(_("description"), blank=True)
    colour = ColourField(_("colour"), max_length=7, blank=True)  # none: by its number (programme/colour.py)

    objects = BelongingQuerySet.as_manager()

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
            matching(
                "colour",
                "#[0-9a-f]{6}",
                "axis_colour_shaped",
                _("A colour is a # and six figures or letters from a to f, such as #bb4a22."),
                or_empty=True,
            ),
            filled_somewhere("title", name="axis_title_filled"),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def written_in(self):
        return self.workshop.source if self.workshop_id else None

    def clean(self):
        super().clean()
        if self.pk and self.sessions.exclude(workshop=self.workshop_id).exists():
            raise ValidationError(_("An axis that has sessions cannot go to another workshop."))


class Attendance(Belonging):
    """A participant takes part in a workshop, under the number that the concept note gives it."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="attendances", verbose_name=_("workshop"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="attendances", verbose_name=_("participant")
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])

    objects = BelongingQuerySet.as_manager()

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


class Convener(Belonging):
    """A participant's part in the workshop itself."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="conveners", verbose_name=_("workshop"))
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="convened", verbose_name=_("participant"))
    role = models.CharField(_("part"), max_length=20, choices=ConvenerRole.choices, default=ConvenerRole.CONVENES)
    led_by = LineField(_("led by"), max_length=160, blank=True)
    position = OrderField(of="workshop")

    objects = BelongingQuerySet.as_manager()

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
            one_of("role", ConvenerRole, "convener_role_known", _("Choose one of the listed roles.")),
        ]

    def __str__(self):
        return f"{self.participant} {self.get_role_display()}"


class Section(Belonging, WrittenInSource):
    """A chapter of the presentation, in Markdown, with footnotes: `[^1]` in the text, `[^1]: …` below."""

    must_say = ("title",)

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sections", verbose_name=_("workshop"))
    kind = models.CharField(_("kind"), max_length=20, choices=SectionKind.choices, default=SectionKind.OTHER)
    title = LineField(_("title"), max_length=160, blank=True)
    body = ProseField(
        _("text"),
        blank=True,
        help_text=_("Markdown. A footnote: [^1] in the text and a line “[^1]: …” below."),
    )
    position = OrderField(of="workshop")
    code = part_code()

    objects = BelongingQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            code_once("section", "workshop"),
            code_printable("section"),
            filled_somewhere("title", name="section_title_filled"),
            one_of("kind", SectionKind, "section_kind_known", _("Choose one of the listed kinds.")),
        ]

    def __str__(self):
        return self.title

    def written_in(self):
        return self.workshop.source if self.workshop_id else None
