"""The lists of the admin take from their address only what they offer: their filters, their search, their orders.

Django's ModelAdmin.lookup_allowed() takes every lookup on every column of the row itself: `password__startswith`
reads a hash letter by letter, `title__regex` holds the server for as long as somebody wants.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.db import DataError
from django.db.models import CharField, QuerySet, TextField, TimeField
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from adminbase.folding import ordered
from languages import SOURCE, clock

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as _Admin
else:
    _Admin = object

LONGEST_SEARCH = 200  # characters
MOST_WORDS = 12  # each word is a condition on every column searched
MOST_VALUES = 20  # of one filter, and columns to sort by
UNREADABLE = (ValueError, OverflowError, DataError)  # a value that the column cannot hold


class BadAddress(SuspiciousOperation):
    """An address that cannot be meant, answered with 400 (RFC 9110 15.5.1); `reason` says it to the reader."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OfferedList(ChangeList):
    """A list whose address holds nothing but what it offers; anything else raises BadAddress."""

    def get_filters(self, request: HttpRequest):
        given = self.get_filters_params()
        if any(len(values) > MOST_VALUES for values in given.values()):
            raise BadAddress(_("The address of this list is broken. Choose its filters again."))
        filters = super().get_filters(request)
        left = set(filters[2])  # what no filter took for its own
        if self.date_hierarchy:
            parts = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
            if parts[0] in given:
                # Django makes bounds of the date; written in the address they are not offered.
                left -= {f"{self.date_hierarchy}__{bound}" for bound in ("gte", "lt")} - set(given)
        for name in sorted(left):
            raise BadAddress(_("This list has no filter “%(name)s”.") % {"name": name[:80]})
        return filters

    def get_ordering(self, request: HttpRequest, queryset: QuerySet):
        parts = [part for part in self.params.get(ORDER_VAR, "").split(".") if part]
        for part in parts:
            number = part.removeprefix("-")
            known = number.isascii() and number.isdecimal() and len(number) < 4 and int(number) < len(self.list_display)
            if not known or len(parts) > MOST_VALUES:
                raise BadAddress(_("This list has no order “%(name)s”.") % {"name": part[:80]})
        return [
            ordered(self.model, one) if isinstance(one, str) else one for one in super().get_ordering(request, queryset)
        ]


class OfferedOnly(_Admin):
    """Mixin for a ModelAdmin; the site gives it to those of other apps too (taller/admin.py)."""

    def get_changelist(self, request: HttpRequest, **kwargs):
        return OfferedList

    def get_changelist_instance(self, request: HttpRequest):
        page = request.GET.get(PAGE_VAR, "1")
        if not (page.isascii() and page.isdecimal() and len(page) < 7):
            raise BadAddress(_("This list has no page “%(name)s”.") % {"name": page[:80]})
        check_search(request.GET.get(SEARCH_VAR, ""))
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError, *UNREADABLE) as error:
            raise BadAddress(_("The address of this list is broken. Choose its filters again.")) from error

    def get_list_display(self, request: HttpRequest):
        """The columns: a text in the first language without the name of that, times as the reader's language writes
        them."""
        return [self._shown(name) for name in super().get_list_display(request)]

    def get_list_display_links(self, request: HttpRequest, list_display):
        links = super().get_list_display_links(request, list_display)
        return links and [self._shown(name) if isinstance(name, str) else name for name in links]

    def _shown(self, name: Any) -> Any:
        field = next((one for one in self.model._meta.concrete_fields if one.name == name), None)
        return _column(field) if field is not None else name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """What the address fills a new form with; raises BadAddress for a value that its field cannot hold."""
        initial = super().get_changeform_initial_data(request)
        for name, value in initial.items():
            field = next((field for field in self.model._meta.fields if field.name == name), None)
            form_field = field.formfield() if field else None
            try:
                if form_field:
                    form_field.to_python(value)
            except (ValidationError, *UNREADABLE) as error:
                raise BadAddress(
                    _("This address fills in something that “%(name)s” cannot be.") % {"name": name}
                ) from error
        return initial

    def get_search_fields(self, request: HttpRequest):
        """What a search looks through: texts as names are compared, with accents or without (folding.py)."""
        plain = super().get_search_fields(request)
        return [f"{name}__folds" if self._is_text(name) else name for name in plain]

    def _is_text(self, name: str) -> bool:
        try:
            return isinstance(get_fields_from_path(self.model, name)[-1], CharField | TextField)
        except FieldDoesNotExist:  # with a lookup of its own
            return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        check_search(search_term)
        return super().get_search_results(request, queryset, search_term)


@functools.cache
def _column(field: Any) -> Any:
    """What shows the column `field` in a list: its name where Django's own way does."""
    if isinstance(field, TimeField):

        def shown(row: Any) -> str:
            time = getattr(row, field.name)
            return clock(time, get_language() or SOURCE) if time else "—"
    elif getattr(field, "language", "") == SOURCE:

        def shown(row: Any) -> str:
            return str(getattr(row, field.name) or "—")
    else:
        return field.name
    said = getattr(field, "translated_field", field).verbose_name
    shown.short_description, shown.admin_order_field = said, field.name  # type: ignore[attr-defined]
    return shown


def check_search(term: str) -> None:
    """Raise BadAddress for a search that is too long, or holds what no text does."""
    if len(term) > LONGEST_SEARCH or len(term.split()) > MOST_WORDS or "\0" in term:
        values = {"letters": LONGEST_SEARCH, "words": MOST_WORDS}
        raise BadAddress(_("Search for less: %(words)d words and %(letters)d letters at most.") % values)
