"""What stands on one row of the agenda, with its items and those who carry it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agenda.vocabulary import Confirmation, Kind, PartOfDay, Role, State, Visibility
from languages import SPOKEN, column
from languages.clocks import EARLY, LATE
from languages.entry import settle_line
from languages.fields import LineField, ProseField
from participants.models import Participant
from rules.constraints import codes_in_json, filled_somewhere, one_of, single_lines, whole

from .codes import code_once, code_printable, mint, part_code, reserved
from .order import OrderField
from .revision import Belonging, BelongingQuerySet
from .source import WrittenInSource
from .workshop import Axis, Day, Workshop


class Session(Belonging, WrittenInSource):
    must_say = ("title",)

    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="sessions", verbose_name=_("workshop"), editable=False
    )
    day = models.ForeignKey(Day, models.CASCADE, related_name="sessions", verbose_name=_("day"))
    code = models.CharField(
        _("code"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(whole("[a-z0-9]{3,8}"), _("Three to eight lowercase letters and digits."))],
        help_text=_("Stands in addresses, calendars and QR codes. Made by itself; does not change."),
    )
    start = models.TimeField(_("start"), null=True, blank=True)
    end = models.TimeField(_("end"), null=True, blank=True, help_text=_("Leave empty if the end is open."))
    part_of_day = models.CharField(
        _("part of the day"),
        max_length=10,
        choices=PartOfDay.choices,
        blank=True,
        default="",
        help_text=_("If the time is not fixed yet."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SESSION)
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("axis")
    )
    part = models.PositiveSmallIntegerField(
        _("part number"), null=True, blank=True, help_text=_("2 for “Part II” of an axis.")
    )
    title = LineField(_("title"), max_length=300, blank=True)
    description = ProseField(_("description"), blank=True)
    # Who is not named does not see it; a form offers «everyone» to a new session, where a person sees it.
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.MEMBERS
    )
    languages = models.JSONField(_("spoken in"), default=list, blank=True)
    interpreted = models.JSONField(_("interpreted into"), default=list, blank=True)
    place = LineField(_("place"), max_length=120, blank=True, help_text=_("The room, where there are several."))

    # What only the desk sees: it never enters the tree.
    is_fixed = models.BooleanField(
        _("fixed hour"),
        default=False,
        help_text=_("A bus, a call, an authority: a delay does not move it unless it is told to."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CONFIRMED)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
        help_text=_("The colleague who agrees what is open. Nobody outside the desk sees it."),
    )
    remark = ProseField(_("note of the desk"), blank=True, help_text=_("Nobody outside the desk sees it."))

    objects = BelongingQuerySet.as_manager()

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
            code_printable("session"),
            models.CheckConstraint(
                condition=Q(end=None) | Q(start__isnull=False, end__gt=F("start")) | Q(start__gte=LATE, end__lte=EARLY),
                name="session_end_after_start",
                violation_error_message=_(
                    "The end must come after the start; from 18:00 on it may be of the next day, until 6:00."
                ),
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=False) | ~Q(part_of_day=""),
                name="session_start_or_part_of_day",
                violation_error_message=_("Give a start time, or the part of the day if the time is not fixed yet."),
            ),
            one_of(
                "part_of_day",
                PartOfDay,
                "session_part_of_day_known",
                _("The part of the day is morning, afternoon or evening."),
            ),
            one_of("kind", Kind, "session_kind_known", _("Choose one of the listed kinds.")),
            one_of("state", State, "session_state_known", _("Choose one of the listed states.")),
            one_of("visibility", Visibility, "session_visibility_known", _("Choose who sees it from the list.")),
            filled_somewhere("title", name="session_title_filled"),
            codes_in_json(
                "languages", SPOKEN, "session_languages_known", _("Choose the spoken languages from the list.")
            ),
            codes_in_json(
                "interpreted",
                SPOKEN,
                "session_interpreted_known",
                _("Choose the languages of interpretation from the list."),
            ),
        ]

    def __str__(self):
        return self.title

    def written_in(self):
        return self.day.workshop.source if self.day_id else None

    def clean(self):
        super().clean()
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

    def title_in_source(self) -> str:
        return getattr(self, column("title", self.day.workshop.source)) or ""

    def save(self, *args, **kwargs):
        # The day decides: a session cannot stand in another workshop than its day does.
        self.workshop_id = self.day.workshop_id
        if not self.code:
            taken = set(Session.objects.filter(workshop=self.workshop_id).values_list("code", flat=True))
            taken |= reserved(self.workshop_id)
            title = settle_line(self.title_in_source())  # as it will be kept
            self.code = mint(f"{self.day.workshop.slug}/{self.day.date}/{self.start}/{title}", taken)
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


class Item(Belonging, WrittenInSource):
    """One ordered bullet of a session."""

    WORKSHOP = "session__workshop"
    must_say = ("text",)

    session = models.ForeignKey(Session, models.CASCADE, related_name="items", verbose_name=_("session"))
    position = OrderField(of="session")
    text = LineField(_("text"), max_length=500, blank=True)
    participant = models.ForeignKey(
        Participant,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="named_in",
        verbose_name=_("participant"),
        help_text=_("Whom the item names: it becomes a link. Found by itself where one participant is called so."),
    )
    code = part_code()

    objects = BelongingQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "pk"]
        constraints = [
            code_once("item", "session"),
            code_printable("item"),
            filled_somewhere("text", name="item_text_filled"),
            single_lines("text", name="item_text_one_line"),
        ]

    def __str__(self):
        return self.text

    def written_in(self):
        return self.session.written_in() if self.session_id or "session" in self._state.fields_cache else None


class Moderator(Belonging):
    """Who carries a session, and how: an institution, a person, or both."""

    WORKSHOP = "session__workshop"

    session = models.ForeignKey(Session, models.CASCADE, related_name="moderators", verbose_name=_("session"))
    position = OrderField(of="session")
    role = models.CharField(_("part"), max_length=10, choices=Role.choices, default=Role.MODERATES)
    institution = LineField(_("institution"), max_length=160, blank=True)
    person = LineField(_("person"), max_length=120, blank=True)
    participant = models.ForeignKey(
        Participant,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="moderates",
        verbose_name=_("participant"),
        help_text=_("Ties the name to the participant's page."),
    )
    confirmation = models.CharField(
        _("confirmation"), max_length=10, choices=Confirmation.choices, default=Confirmation.YES
    )
    code = part_code()

    objects = BelongingQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderator")
        verbose_name_plural = _("moderators")
        ordering = ["position", "pk"]
        constraints = [
            code_once("moderator", "session"),
            code_printable("moderator"),
            filled_somewhere(
                "institution",
                name="moderator_institution_or_person",
                message=_("Give an institution, a person, or both."),
                or_=~Q(person=""),
            ),
            one_of("role", Role, "moderator_role_known", _("Choose one of the listed roles.")),
            one_of(
                "confirmation",
                Confirmation,
                "moderator_confirmation_known",
                _("Choose whether the person has confirmed."),
            ),
            single_lines("institution", name="moderator_institution_one_line"),
            models.CheckConstraint(
                condition=~Q(person__contains="\n"),
                name="moderator_person_one_line",
                violation_error_message=_("The text must fit on one line."),
            ),
        ]

    def __str__(self):
        return " · ".join(filter(None, [self.person, self.institution]))
