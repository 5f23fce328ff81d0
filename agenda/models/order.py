"""The place of a row among the others of its parent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderField(models.PositiveSmallIntegerField):
    """A place among the rows with the same `of` (the name of a foreign key); one that is not said is the last.

    Several that are made at once without a place get the same one, and stand in the order in which they were made.
    """

    def __init__(self, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**{"verbose_name": _("order"), "blank": True, "default": None, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {"of": self.of, **kwargs}

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value is None:
            parent = model_instance._meta.get_field(self.of).attname
            others = type(model_instance)._base_manager.filter(**{parent: getattr(model_instance, parent)})
            value = (others.aggregate(last=models.Max(self.attname))["last"] or 0) + 1
            setattr(model_instance, self.attname, value)
        return value
