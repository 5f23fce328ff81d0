"""A colour in a row: how it is written, kept and asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from languages.entry import settle_colour
from languages.fields import Settled

FIRST = "#bb4a22"  # what the browser's own choice of colours opens with


class _Widget(forms.MultiWidget):
    """Whether there is a colour of its own, and which: the browser's box for colours cannot be empty."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        ways = [("", _("by its number")), ("own", _("this one:"))]
        super().__init__({"way": forms.Select(choices=ways), "value": forms.TextInput({"type": "color"})}, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Colour"), _("Colour of its own")), strict=True):
            part["attrs"]["aria-label"] = label
        return context

    def decompress(self, value: Any) -> list[str]:
        return ["own", value] if value else ["", FIRST]


class ColourForm(forms.MultiValueField):
    """#rrggbb, or "" where none of its own is wanted."""

    widget = _Widget

    def __init__(self, *, max_length: int | None = None, empty_value: str = "", **kwargs: Any) -> None:
        fields = (forms.CharField(required=False), forms.CharField(required=False))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> str:
        way, value = data_list or ("", "")
        return settle_colour(value) if way else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "") != self.compress(data)


class ColourField(Settled, models.CharField):
    """#rrggbb in small letters, or empty."""

    settle = staticmethod(settle_colour)
    form_class = ColourForm

    def formfield(self, **kwargs: Any) -> Any:
        """The two boxes, whatever the admin gives to lines of text."""
        return super().formfield(**{**kwargs, "widget": ColourForm.widget})
