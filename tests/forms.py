"""What a browser would send of a form."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The names and values of what stands in the forms of a page, as a browser would send them (HTML, 4.10.22.4)."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str | list[str]] = {}
        self.select = self.textarea = ""
        self.is_multiple = False

    def put(self, name, value):
        """Several boxes of one name send as many values."""
        had = self.values.get(name)
        self.values[name] = value if had is None else [*had, value] if isinstance(had, list) else [had, value]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select, self.is_multiple = given.get("name", ""), "multiple" in given
            if not self.is_multiple:
                self.values[self.select] = ""
        elif tag == "option" and "selected" in given:
            if self.is_multiple:
                self.put(self.select, given["value"])
            else:
                self.values[self.select] = given["value"]
        elif tag == "textarea":
            self.textarea = given["name"]
            self.values[self.textarea] = ""
        elif tag == "input" and "name" in given:
            kind = given.get("type")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    self.put(given["name"], given.get("value", "on"))
            elif kind not in ("submit", "file"):
                self.values[given["name"]] = given.get("value", "")

    def handle_data(self, data):
        if self.textarea:
            self.values[self.textarea] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            # The first line break is not part of it; the others go out as CR LF (HTML, 4.10.11 and 4.10.22.4).
            text = self.values[self.textarea].removeprefix("\r").removeprefix("\n")
            self.values[self.textarea] = text.replace("\r\n", "\n").replace("\n", "\r\n")
            self.textarea = ""


def filled_in(page) -> dict[str, str | list[str]]:
    """The values of the forms of `page` (an answer of Django's test client)."""
    form = _Form()
    form.feed(page.content.decode())
    return form.values


def choosing(page, which):
    """The values of the forms of `page`, with `which` ("theirs", "mine") chosen wherever it asks."""
    form = filled_in(page)
    return {**form, **{f"_choice:{asked}": which for asked in form.get("_asked", "").split()}}


def delete(client, page):
    """Delete the row of the confirmation page `page` as somebody does who sees what goes: the answer."""
    return client.post(page, {"post": "yes", **filled_in(client.get(page))})


def delete_chosen(client, page, *rows):
    """As delete(), of several chosen in the list `page`."""
    action = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "index": 0}
    shown = client.post(page, action)
    return client.post(page, {**filled_in(shown), **action, "post": "yes"} if shown.status_code == 200 else action)
