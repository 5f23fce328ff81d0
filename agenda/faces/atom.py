"""What changed from release to release, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from .schedule import guid

if TYPE_CHECKING:
    from agenda.programme import Programme
    from agenda.publishing import Told


def feed(newest: Programme, history: list[Told], address: Callable[..., str]) -> bytes:
    """The feed in UTF-8 of `history`, the newest release first, of the workshop whose current programme is `newest`."""
    names = (newest.participant(c.participant) for c in newest.conveners if c.role in ("convenes", "leads"))
    author = ", ".join((who.full_name or who.name).text for who in names if who) or newest.title.text
    made = Atom1Feed(
        title=_("Changes: %(title)s") % {"title": newest.title},
        link=address("changes"),
        feed_url=address("feed"),
        description="",
        language=newest.language,
        author_name=author,  # RFC 4287 4.1.1: a feed has one
        feed_guid=_identifier(newest, "feed"),
    )
    for told in history:
        lines = [_("First version.")] if told.changes is None else [change.text for change in told.changes]
        made.add_item(
            title=_("Version %(number)s") % {"number": told.release},
            link=address("changes") + f"#v{told.release}",
            # Of type html (RFC 4287 3.1.1.2): what is text is written as such.
            description=format_html_join("", "<p>{}</p>", ((line,) for line in (told.note, *lines) if line)),
            unique_id=_identifier(newest, str(told.release)),
            pubdate=told.published_at,
            updateddate=told.published_at,
        )
    file = BytesIO()
    made.write(file, "utf-8")
    return file.getvalue()


def _identifier(programme: Programme, name: str) -> str:
    """A name (RFC 4287 4.2.6) that is the same in every language and at every address of the site."""
    return f"urn:uuid:{guid(programme, 'release', name)}"
