"""The content security policy (CSP level 3) and what else every answer says of itself."""

from __future__ import annotations

from collections.abc import Iterable

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
