"""Participants in spreadsheets."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from languages import name_key
from sheets import tables

from .models import Participant, Region
from .vocabulary import Kind

SLUG, REGION, KIND, COUNTRY, WEBSITE = "dirección", "región", "tipo", "país", "sitio web"
DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]+)?(e-[0-9]+)?", re.ASCII)
LATITUDE, LONGITUDE = "latitud", "longitud"
TEXTS = tables.translated("nombre", "name") | tables.translated("nombre completo", "full_name")


class ParticipantTable(tables.Table):
    """A row is found by its address; one without address by its region and Spanish name, or it is new."""

    sheet = "Participantes"
    model = Participant
    key = ("nombre [es]",)

    def columns(self) -> list[str]:
        return [SLUG, REGION, KIND, *TEXTS, COUNTRY, WEBSITE, LATITUDE, LONGITUDE]

    def fields(self) -> dict[str, str]:
        own = {SLUG: "slug", REGION: "region", KIND: "kind", COUNTRY: "country", WEBSITE: "website"}
        return {**TEXTS, **own, LATITUDE: "latitude", LONGITUDE: "longitude"}

    def queryset(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_related("region").order_by("pk")

    def cells(self, thing: Participant) -> dict[str, str]:
        return {
            SLUG: thing.slug,
            REGION: thing.region.name_es if thing.region else "",
            KIND: str(Kind(thing.kind).label),
            **{header: getattr(thing, field) or "" for header, field in TEXTS.items()},
            COUNTRY: thing.country,
            WEBSITE: thing.website,
            LATITUDE: "" if thing.latitude is None else str(thing.latitude),
            LONGITUDE: "" if thing.longitude is None else str(thing.longitude),
        }

    def prepare(self) -> None:
        self.regions = {region.name_key: region for region in Region.objects.all()}
        self.known = {thing.slug: thing for thing in Participant.objects.select_related("region")}

    def take(self, row: tables.Reader) -> tuple[Participant, bool]:
        values: dict[str, Any] = {field: row.text(header) for header, field in TEXTS.items() if row.has(header)}
        if row.has(REGION):
            values["region"] = self.region(row)
        if row.has(KIND):
            values["kind"] = row.choice(KIND, Kind, Kind.CITY)
        for header, field in ((COUNTRY, "country"), (WEBSITE, "website")):
            if row.has(header):
                values[field] = row.text(header)
        for header, field in ((LATITUDE, "latitude"), (LONGITUDE, "longitude")):
            if row.has(header):
                values[field] = self.degrees(row, header)
        row.stop_where_failed()
        thing = self.find(row, values)
        created = thing.pk is None
        changed = tables.put(thing, values)
        if changed and not created and not self.may_change(thing):
            row.fail(SLUG, _("“%(name)s” takes part in workshops of others only: ask them.") % {"name": thing.name_es})
            row.stop_where_failed()
        if changed or created:
            thing.full_clean()
            thing.save()
            self.known[thing.slug] = thing
        return thing, created

    def degrees(self, row: tables.Reader, header: str) -> float | None:
        text = row.text(header).replace(",", ".")
        number = float(text) if DEGREES.fullmatch(text) else None
        if text and number is None:
            row.fail(header, _("“%(text)s” is not a number of degrees such as 40.417.") % {"text": text})
            return None
        return number

    def region(self, row: tables.Reader) -> Region | None:
        name = row.text(REGION)
        if name and name_key(name) not in self.regions:
            known = ", ".join(region.name_es for region in self.regions.values())
            row.fail(
                REGION,
                _("There is no region “%(name)s”; there are: %(known)s.") % {"name": name, "known": known},
            )
        return self.regions.get(name_key(name)) if name else None

    def find(self, row: tables.Reader, values: dict[str, Any]) -> Participant:
        slug = row.text(SLUG)
        if slug:
            return self.known.get(slug) or Participant(slug=slug)
        name, region = values["name_es"], values.get("region")
        return next((p for p in self.known.values() if p.name_es == name and p.region == region), None) or Participant()
