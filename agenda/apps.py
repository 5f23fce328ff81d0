from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Workshops")

    def ready(self):
        from auditlog.registry import auditlog

        from languages import translated_fields
        from participants.models import Participant, Region

        from . import models
        from .models import revision

        revision.watch()

        # Who changed what. Each language's column is logged; the twin column that mirrors one of them is not.
        for model in (
            models.Workshop,
            models.Day,
            models.Axis,
            models.Session,
            models.Item,
            models.Moderator,
            models.Attendance,
            models.Convener,
            models.Section,
            Region,
            Participant,
        ):
            auditlog.register(model, exclude_fields=[*translated_fields(model), "revision", "name_key"])
