"""What participants show by themselves: their logos."""

from django.http import Http404, HttpRequest, HttpResponse

from .models import Logo


def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """A logo as PNG; its address is its content's, so that it may be kept for ever. One query."""
    png = Logo.objects.filter(digest=digest).values_list("png", flat=True).first()
    if png is None:
        raise Http404
    response = HttpResponse(bytes(png), content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["ETag"] = f'"{digest}"'
    return response
