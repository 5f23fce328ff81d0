"""The public addresses, mounted four times: the current release, release N, the draft, and the
draft for who has a link to it."""

from django.urls import include, path, register_converter

from agenda.printing import views as printing
from agenda.web import views


class Code:
    """A session's code; other text is no such address."""

    regex = "[a-z0-9]{3,8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Number:
    """A number from 1 as it is written: one address for one page."""

    regex = "[1-9][0-9]{0,5}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Code, "code")
register_converter(Number, "number")

pages = [
    path("", views.presentation, name="presentation"),
    path("agenda/", views.agenda, name="agenda"),
    path("agenda/embed/", views.embed, name="embed"),
    path("agenda/<code:code>/", views.session, name="session"),
    path("agenda/<code:code>.ics", views.session_calendar, name="session_calendar"),
    path("agenda.ics", views.calendar, name="calendar"),
    path("ejes/<number:number>/", views.axis, name="axis"),
    path("ejes/<number:number>.ics", views.axis_calendar, name="axis_calendar"),
    path("participantes/", views.participants, name="participants"),
    path("participantes/<slug:slug>/", views.participant, name="participant"),
    path("pantalla/", views.screen, name="screen"),
    path("programa.pdf", printing.programme_pdf, name="pdf"),
    path("impreso/", printing.papers, name="papers"),
    path("impreso/<slug:kind>.pdf", printing.paper, name="paper"),
    path("impreso/<slug:kind>.png", printing.paper_picture, name="paper_picture"),
    path("calendario/", views.calendars, name="calendars"),
    path("cambios/", views.changes_page, name="changes"),
    path("cambios.atom", views.feed, name="feed"),
    path("rosa.svg", views.rose, name="rose"),
    path("version.json", views.version, name="version"),
    path("schedule.json", views.schedule_json, name="schedule_json"),
    path("schedule.xml", views.schedule_xml, name="schedule_xml"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("talleres/", views.workshops, name="workshops"),
    path("<slug:workshop>/v/<number:release>/", include((pages, "agenda"), namespace="version")),
    path(
        "<slug:workshop>/borrador/enlace/<slug:key>/",
        include((pages, "agenda"), namespace="shared"),
        {"is_draft": True},
    ),
    path("<slug:workshop>/borrador/", include((pages, "agenda"), namespace="draft"), {"is_draft": True}),
    path("<slug:workshop>/", include((pages, "agenda"), namespace="current")),
]
