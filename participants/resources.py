"""Participants in spreadsheets."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from languages import SOURCE, name_key
from sheets.columns import Column, translated
from sheets.resources import Sheet
from sheets.widgets import Choice, Code, Degrees, Line, Reference, Website, text_of

from .models import Participant, Region
from .vocabulary import Kind


class ParticipantSheet(Sheet):
    """A row is found by its address; one without address by its region and Spanish name, or it is new."""

    name = "Participantes"
    model = Participant
    coded = True
    removable = False  # they are shared: the list of a workshop is where one leaves it
    about = gettext_lazy("Cities and institutions. Who takes part in the workshop stands in the sheet “Lista”.")
    made_later = frozenset({"slug", "name_key"})

    def declared(self) -> list[Column]:
        return [
            Column("dirección", "slug", Code(), key=True, fixed=True,
                   note=_("The end of its page's address. Leave it empty in a new row.")),
            Column("región", "region", Reference(self.region, lambda one: one.name_es, self.region_names)),
            Column("tipo", "kind", Choice(Kind, Kind.CITY)),
            *translated("nombre", "name", Line),
            *translated("nombre completo", "full_name", Line),
            Column("país", "country", Code(), note=_("Two letters: ES, UY, FR.")),
            Column("sitio web", "website", Website()),
            Column("latitud", "latitude", Degrees(90)),
            Column("longitud", "longitude", Degrees(180)),
            *translated("texto del logo", "logo_text", Line),
        ]  # fmt: skip

    def load(self, workshops: set[int]) -> None:
        """All of them: they are shared."""
        self.regions = list(Region.objects.all())
        self.rows = list(Participant.objects.select_related("region").order_by("pk"))
        self._written: dict[str, list[Participant]] = {}
        for one in self.rows:
            self._remember(one)

    def _remember(self, one: Participant) -> None:
        for way in self._ways(one):
            self._written.setdefault(way, []).append(one)

    def added(self, instance: Any) -> None:
        self._remember(instance)

    def take(self, dataset: Any) -> Any:
        taken = super().take(dataset)
        # Other sheets name them as the file calls them, or as they were called: who says one means one.
        for one in self.rows:
            for way in self._ways(one):
                called = self._written.setdefault(way, [])
                if one not in called:
                    called.append(one)
        return taken

    @staticmethod
    def _ways(one: Participant) -> set[str]:
        return {name_key(one.name_es), name_key(one.full_name_es)} - {""}

    def call(self, instance: Any) -> str:
        return instance.name_es or "—"

    def source_of(self, instance: Any) -> str:
        return SOURCE

    def says(self, instance: Any) -> Any:
        return name_key(instance.name_es), getattr(instance.region, "pk", None)

    def said_by(self, row: dict[str, Any], parent: Any) -> Any:
        name = name_key(str(row.get("nombre [es]") or ""))
        if not name:
            return None
        if not row.get("región"):
            return name, None  # not said: one of this name, wherever it is
        try:
            return name, self.region(row["región"], None).pk
        except ValueError as error:
            raise ValidationError({"region": str(error)}) from error

    def saying(self, parent: Any, said: Any) -> list[Any]:
        name, region = said
        if region is not None:
            return super().saying(parent, said)
        called = [one for one in self._written.get(name, []) if name_key(one.name_es) == name]
        if len(called) > 1:
            regions = ", ".join(one.region.name_es if one.region else "—" for one in called)
            text = _("Several are called “%(name)s”, in: %(regions)s. Say the region.")
            raise ValidationError({"region": text % {"name": called[0].name_es, "regions": regions}})
        return called

    def settle(self, instance: Any, said: set[str], new: bool) -> None:
        instance.country = instance.country.upper()
        instance.name_key = name_key(instance.name_es)
        if not new and "name_es" in said and not instance.name_es:
            raise ValidationError({"name_es": _("This column must be filled.")})

    # --- how other sheets name them ---

    def find(self, value: Any, instance: Any = None, untouched: bool = False) -> Participant:
        """The participant that a cell names: by address, name or full name. Raises ValueError for none and for two.

        A cell that is `untouched` since the export means one that was there then.
        """
        text = text_of(value).strip()
        by_address = self.addresses(text.casefold())
        named = by_address or self._written.get(name_key(text), [])
        if untouched:
            named = [one for one in named if not one._state.adding] or named
        if len(named) > 1:
            addresses = ", ".join(one.slug or "—" for one in named)
            raise ValueError(
                _("Several are called “%(name)s”: write the address, one of %(known)s.")
                % {"name": text, "known": addresses}
            )
        if not named:
            raise ValueError(_("There is no participant “%(name)s”.") % {"name": text})
        return named[0]

    def addresses(self, slug: str) -> list[Participant]:
        """Those whose address is `slug`."""
        if not hasattr(self, "_by_slug"):
            self._by_slug = {one.slug: one for one in self.rows if one.slug}
        return [self._by_slug[slug]] if slug in self._by_slug else []

    def written(self, one: Participant) -> str:
        """How a cell names `one`: by its name where no other is called so, by its address otherwise."""
        alone = len(self._written.get(name_key(one.name_es), [])) == 1
        return one.name_es if alone or not one.slug else one.slug

    def all_written(self) -> list[str]:
        """How each of them is named, for lists to choose from."""
        return sorted((self.written(one) for one in self.rows), key=name_key)

    def region(self, value: Any, instance: Any) -> Region:
        """The region called `value`. Raises ValueError."""
        name = text_of(value)
        for region in self.regions:
            if region.name_key == name_key(name):
                return region
        known = ", ".join(region.name_es for region in self.regions)
        raise ValueError(_("There is no region “%(name)s”; there are: %(known)s.") % {"name": name, "known": known})

    def region_names(self) -> list[str]:
        return [region.name_es for region in self.regions]
