"""What stands on one row of the agenda, with its items and those who carry it."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from languages import SPOKEN
from participants.models import Participant
from rules.constraints import codes_in_json, filled, matching, single_lines, whole

from .workshop import Axis, Day, Workshop

# Codes are read aloud, typed and printed: no vowels (no words), nothing that looks like something else.
CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 4


class Kind(models.TextChoices):
    SESSION = "session", _("Session")
    CEREMONY = "ceremony", _("Opening or closing")
    REGISTRATION = "registration", _("Registration")
    BREAK = "break", _("Break")
    MEAL = "meal", _("Meal")
    OTHER = "other", _("Other")


class PartOfDay(models.TextChoices):
    NONE = "", _("—")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    LISTED = "listed", _("Members only; its row is public")
    MEMBERS = "members", _("Members only, and only they see it")


class Role(models.TextChoices):
    MODERATES = "moderates", _("moderates")
    CONCLUDES = "concludes", _("concludes")
    PRESENTS = "presents", _("presents")
    REPORTS = "reports", _("reports")


def mint(seed: str, taken: set[str]) -> str:
    """A code of four letters and figures that is not in `taken`.

    The same `seed` gives the same code, so that one note makes the same addresses in every installation.
    Afterwards the code belongs to the session and follows no change of its title or time.
    """
    for attempt in range(10_000):
        number = int.from_bytes(hashlib.blake2b(f"{seed}#{attempt}".encode(), digest_size=8).digest(), "big")
        code = ""
        for _place in range(CODE_LENGTH):
            number, rest = divmod(number, len(CODE_LETTERS))
            code += CODE_LETTERS[rest]
        if code not in taken:
            return code
    raise RuntimeError("no free session code found")


class Session(models.Model):
    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="sessions", verbose_name=_("workshop"), editable=False
    )
    day = models.ForeignKey(Day, models.CASCADE, related_name="sessions", verbose_name=_("day"))
    code = models.CharField(
        _("code"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(whole("[a-z0-9]{3,8}"), _("Three to eight small letters and figures."))],
        help_text=_("Stands in addresses, calendars and QR codes. Made by itself; does not change."),
    )
    start = models.TimeField(_("start"), null=True, blank=True)
    end = models.TimeField(_("end"), null=True, blank=True, help_text=_("Leave it empty where it is open."))
    part_of_day = models.CharField(
        _("part of the day"),
        max_length=10,
        choices=PartOfDay.choices,
        blank=True,
        default="",
        help_text=_("Where the time is not fixed yet."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SESSION)
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("axis")
    )
    part = models.PositiveSmallIntegerField(
        _("part number"), null=True, blank=True, help_text=_("2 for «Part II» of an axis.")
    )
    title = models.CharField(_("title"), max_length=300)
    title_es: str
    description = models.TextField(_("description"), blank=True)
    # Who is not named does not see it; a form offers «everyone» to a new session, where a person sees it.
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS)
    languages = models.JSONField(_("spoken in"), default=list, blank=True)
    interpreted = models.JSONField(_("interpreted into"), default=list, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("The room, where there are several."))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["day__date", F("start").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "code"],
                name="session_code_once_per_workshop",
                violation_error_message=_("This workshop has a session with this code already."),
            ),
            matching(
                "code",
                "[a-z0-9]{3,8}",
                "session_code_printable",
                _("The code is three to eight small letters and figures."),
            ),
            models.CheckConstraint(
                condition=Q(end=None) | Q(start__isnull=False, end__gt=F("start")),
                name="session_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=False) | ~Q(part_of_day=""),
                name="session_start_or_part_of_day",
                violation_error_message=_("Give a start, or the part of the day where the time is not fixed yet."),
            ),
            models.CheckConstraint(
                condition=Q(part_of_day__in=["", "morning", "afternoon", "evening"]),
                name="session_part_of_day_known",
                violation_error_message=_("The part of the day is morning, afternoon or evening."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["session", "ceremony", "registration", "break", "meal", "other"]),
                name="session_kind_known",
                violation_error_message=_("This kind is not one of the list."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["everyone", "listed", "members"]),
                name="session_audience_known",
                violation_error_message=_("This audience is not one of the list."),
            ),
            filled("title_es", name="session_title_filled"),
            codes_in_json(
                "languages", SPOKEN, "session_languages_known", _("A language that is spoken is not one of the list.")
            ),
            codes_in_json(
                "interpreted",
                SPOKEN,
                "session_interpreted_known",
                _("A language that is interpreted into is not one of the list."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if self.day_id and self.axis_id and self.axis.workshop_id != self.day.workshop_id:
            raise ValidationError({"axis": _("This axis belongs to another workshop than the day.")})
        if self.day_id and self.code:
            others = Session.objects.filter(workshop=self.day.workshop_id, code=self.code).exclude(pk=self.pk)
            if others.exists():
                raise ValidationError(
                    {
                        "day": _("The workshop of this day has a session with the code %(code)s already.")
                        % {"code": self.code}
                    }
                )

    def save(self, *args, **kwargs):
        # The day decides: a session cannot stand in another workshop than its day does.
        self.workshop_id = self.day.workshop_id
        if not self.code:
            taken = set(Session.objects.filter(workshop=self.workshop_id).values_list("code", flat=True))
            self.code = mint(f"{self.day.workshop.slug}/{self.day.date}/{self.start}/{self.title_es}", taken)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "workshop", "code"}
        super().save(*args, **kwargs)

    def full_clean(self, exclude=None, validate_unique=True, validate_constraints=True):
        # Constraints are checked with the values that save() will write.
        if self.day_id:
            self.workshop_id = self.day.workshop_id
        if not self.code:
            exclude = {*(exclude or ()), "code"}
        super().full_clean(exclude, validate_unique, validate_constraints)


class Item(models.Model):
    """One ordered bullet of a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="items", verbose_name=_("session"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=500)
    text_es: str

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "pk"]
        constraints = [
            filled("text_es", name="item_text_filled"),
            single_lines("text", name="item_text_one_line"),
        ]

    def __str__(self):
        return self.text


class Moderator(models.Model):
    """Who carries a session, and how: an institution, a person, or both."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="moderators", verbose_name=_("session"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    role = models.CharField(_("part"), max_length=10, choices=Role.choices, default=Role.MODERATES)
    institution = models.CharField(_("institution"), max_length=160, blank=True)
    institution_es: str
    person = models.CharField(_("person"), max_length=120, blank=True)
    participant = models.ForeignKey(
        Participant,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="moderates",
        verbose_name=_("participant"),
        help_text=_("Ties the name to the participant's page."),
    )

    class Meta:
        verbose_name = _("moderator")
        verbose_name_plural = _("moderators")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person="") | (Q(institution_es__isnull=False) & ~Q(institution_es="")),
                name="moderator_institution_or_person",
                violation_error_message=_("Give an institution, a person, or both."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["moderates", "concludes", "presents", "reports"]),
                name="moderator_role_known",
                violation_error_message=_("This part is not one of the list."),
            ),
            single_lines("institution", name="moderator_institution_one_line"),
            models.CheckConstraint(
                condition=~Q(person__contains="\n"),
                name="moderator_person_one_line",
                violation_error_message=_("The text must stand on one line."),
            ),
        ]

    def __str__(self):
        return " · ".join(filter(None, [self.person, self.institution]))
