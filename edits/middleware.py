"""Who does what is done while a request is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .recording import acted_by


def edits_by_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware: edits are recorded as those of whoever is signed in, who is asked for only then."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def reader():
            user = getattr(request, "user", None)
            return user if user is not None and user.is_authenticated else None

        with acted_by(reader):
            return get_response(request)

    return middleware
