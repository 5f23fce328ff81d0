"""The language that a workshop is written in first: its texts must be there before others."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from languages import column
from languages.spoken import name_of


class WrittenInSource(models.Model):
    """A row whose `must_say` are translated fields that must be filled in the workshop's own language."""

    must_say: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def written_in(self) -> str | None:
        """The language of the workshop (a code of the site), or None where the row belongs to none yet."""
        raise NotImplementedError

    def unsaid(self, source: str) -> dict[str, ValidationError]:
        """Column -> what to say of it, for the texts that are missing in `source`, the language of the workshop."""
        empty = [column(field, source) for field in self.must_say if not getattr(self, column(field, source))]
        if not empty:
            return {}
        name = name_of(source[:2], translation.get_language() or source)
        text = _("The text is missing in %(language)s, the language of the workshop.")
        return {field: ValidationError(text, params={"language": name}) for field in empty}

    def clean(self):
        super().clean()
        source = self.written_in()
        if source is not None and (unsaid := self.unsaid(source)):
            raise ValidationError(unsaid)
