"""Text fields of models that settle what enters, by every door: forms, sheets, save(), bulk_create() and update()."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from .entry import settle, settle_line

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class Settled(_Field):
    """Mixin of a text field: `settle` makes of a text the one that is kept."""

    settle: Callable[[str], str]
    form_class: type[forms.Field] | None = None

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return type(self).settle(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return type(self).settle(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What is kept stands in the row afterwards too."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str) and (kept := type(self).settle(value)) != value:
            model_instance.__dict__[self.attname] = value = kept
        return value

    def formfield(self, **kwargs: Any) -> Any:
        """A form field to which a text is changed only where what is kept would be another."""
        return super().formfield(**{"form_class": type(self).form_class, **kwargs})


class _Form(forms.CharField):
    settle: Callable[[str], str] = staticmethod(settle)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, type(self).settle(data) if isinstance(data, str) else data)


class _LineForm(_Form):
    settle = staticmethod(settle_line)


class LineField(Settled, models.CharField):
    """One line of text."""

    settle = staticmethod(settle_line)
    form_class = _LineForm


class ProseField(Settled, models.TextField):
    """Text of several lines."""

    settle = staticmethod(settle)
    form_class = _Form


class WebField(Settled, models.URLField):
    """The address of a website."""

    settle = staticmethod(settle_line)
    form_class = forms.URLField
