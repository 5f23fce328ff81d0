"""What changed from release to release, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from agenda.changes import Change
    from agenda.programme import Programme


def feed(history: list[tuple[Programme, list[Change] | None]], address: Callable[..., str]) -> bytes:
    """The feed in UTF-8 of `history`: the newest release first, each with its changes (None for the first one)."""
    newest = history[0][0]
    made = Atom1Feed(
        title=_("Changes: %(title)s") % {"title": newest.title},
        link=address("changes"),
        feed_url=address("feed"),
        description="",
        language=newest.language,
    )
    for programme, found in history:
        lines = [_("First version.")] if found is None else [change.text for change in found]
        made.add_item(
            title=_("Version %(number)s") % {"number": programme.release},
            link=address("changes") + f"#v{programme.release}",
            description="\n".join([*filter(None, [programme.note]), *lines]),
            unique_id=f"{address('changes')}#v{programme.release}",
            pubdate=programme.published_at,
            updateddate=programme.published_at,
        )
    file = BytesIO()
    made.write(file, "utf-8")
    return file.getvalue()
