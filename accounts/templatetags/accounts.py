"""What the pages of the account say."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: each later name stands in the words of the earlier ones too (RFC 9110 10.1.5 promises nothing).
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
DEVICES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """A browser and its device as people call them, «Firefox, Windows», out of a User-Agent header."""
    names = [next((name for word, name in known if word in user_agent), "") for known in (BROWSERS, DEVICES)]
    return ", ".join(filter(None, names)) or _("another program")
