"""What changed from release to release, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from agenda.programme import Programme
    from agenda.publishing import Told


def feed(newest: Programme, history: list[Told], address: Callable[..., str]) -> bytes:
    """The feed in UTF-8 of `history`, the newest release first, of the workshop whose current programme is `newest`."""
    made = Atom1Feed(
        title=_("Changes: %(title)s") % {"title": newest.title},
        link=address("changes"),
        feed_url=address("feed"),
        description="",
        language=newest.language,
    )
    for told in history:
        lines = [_("First version.")] if told.changes is None else [change.text for change in told.changes]
        made.add_item(
            title=_("Version %(number)s") % {"number": told.release},
            link=address("changes") + f"#v{told.release}",
            description="\n".join([*filter(None, [told.note]), *lines]),
            unique_id=f"{address('changes')}#v{told.release}",
            pubdate=told.published_at,
            updateddate=told.published_at,
        )
    file = BytesIO()
    made.write(file, "utf-8")
    return file.getvalue()
