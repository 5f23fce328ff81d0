"""Headers that every answer carries, whoever made it."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

from .origins import is_origin

# CSP level 3. No inline script or style anywhere, the admin included; data: images are the arrows of the
# admin's select boxes and the QR code of the second factor.
BASIS = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "object-src 'none'; "
    "form-action 'self'; "
    "base-uri 'none'; "
)
POLICY = BASIS + "frame-ancestors 'none'"
# What is only ever part of a page: these headers say nothing there, and a phone pays for each of them.
PARTS = ("text/css", "text/javascript", "image/png", "font/")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def policy_framed_by(origins: Iterable[str]) -> str:
    """The policy of a page that the given origins (RFC 6454) may show in a frame, and the site itself.

    What is no origin is left out: a `;` in one would end this directive and begin another.
    """
    framers = " ".join(["'self'", *filter(is_origin, origins)])
    return f"{BASIS}frame-ancestors {framers}"


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: content security policy, permissions policy, and no caching unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A 304 brings a cached answer up to date (RFC 9111 3.2): what it does not say stays as it was.
        is_part = response.headers.get("Content-Type", "").startswith(PARTS)
        if not is_part and response.status_code != 304:
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
