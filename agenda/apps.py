from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Workshops")

    def ready(self):
        from edits.recording import watch
        from languages import translated_fields
        from participants.models import Participant, Region

        from . import models
        from .models import revision

        revision.watch()

        # Each language's column is recorded; the twin column that mirrors one of them is not. A row comes after those
        # that it stands in, so that what is brought back finds them.
        mine = {"inside": "workshop"}
        of_session = {"inside": "session", "beside": ["session__day"]}
        with_participant = {**mine, "beside": ["participant"]}
        for model, how in (
            (Region, {}),
            (Participant, {}),
            (models.Workshop, {}),
            (models.Day, mine),
            (models.Axis, mine),
            (models.Section, mine),
            (models.Attendance, with_participant),
            (models.Convener, with_participant),
            (models.Session, {"beside": ["day"]}),
            (models.Item, of_session),
            (models.Moderator, of_session),
        ):
            watch(model, but=[*translated_fields(model), "revision", "withdrawals", "name_key"], **how)
        watch(models.Release, only=["number"], beside=["workshop"])
        watch(models.Acceptance, beside=["workshop"])
        watch(models.DraftLink, beside=["workshop"])
        watch(models.Withdrawal, only=["kind", "reason"], beside=["workshop"])
