"""The items and people of a session, as a note says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agenda import ties
from agenda.models import Item, Moderator, Session
from languages.entry import settle_line

from .rows import Entry

if TYPE_CHECKING:
    from .loader import Loader


def put_items(session: Session, texts: tuple[str, ...], loader: Loader) -> None:
    """Give `session` the items `texts`; what stays the same keeps its translations."""
    text_column = loader.column("text")
    old = {getattr(item, text_column): item for item in session.items.all()}
    kept = []
    for position, text in enumerate(texts, 1):
        item = old.pop(settle_line(text), None) or Item(session=session, **{text_column: text})
        item.position = position
        if item.pk is None:
            ties.tie([item], loader.names, loader.workshop.source)
        item.full_clean()
        item.save()
        kept.append(item.pk)
    loader.remove(session.items.exclude(pk__in=kept), of=session.title_in_source())


def put_moderators(session: Session, entry: Entry, loader: Loader) -> None:
    """Give `session` those who carry it, as `entry` says; who stays keeps their translations and participant."""
    name_column = loader.column("institution")
    old = {(m.role, getattr(m, name_column)): m for m in session.moderators.all()}
    kept = []
    for position, carrier in enumerate(entry.carriers, 1):
        row = old.get((carrier.role, settle_line(carrier.name))) or Moderator(
            session=session,
            role=carrier.role,
            participant=loader.resolve(carrier.name),
            **{name_column: carrier.name},
        )
        row.position = position
        row.full_clean()
        row.save()
        kept.append(row.pk)
    loader.remove(session.moderators.exclude(pk__in=kept), of=session.title_in_source())
