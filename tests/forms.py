"""What a browser would send of a form."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The names and values of what stands in the forms of a page, as a browser would send them (HTML, 4.10.22.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select = given.get("name", "")
            self.values[self.select] = ""
        elif tag == "option" and "selected" in given:
            self.values[self.select] = given["value"]
        elif tag == "input" and "name" in given:
            kind = given.get("type")
            if "checked" in given if kind in ("checkbox", "radio") else kind not in ("submit", "file"):
                self.values[given["name"]] = given.get("value", "")


def filled_in(page) -> dict[str, str]:
    """The values of the forms of `page` (an answer of Django's test client)."""
    form = _Form()
    form.feed(page.content.decode())
    return form.values
