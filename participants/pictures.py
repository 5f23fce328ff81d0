"""Uploaded pictures: judged by their content, made small, and written anew without what cameras put into them."""

from __future__ import annotations

import hashlib
import struct
import warnings
from io import BytesIO

import PIL
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

from .models import Logo

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")  # SVG stays out: it is a document that may hold scripts and addresses
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a small file may unfold to gigabytes
LEAST = 16  # pixels of a side: less is a dot or a hair, on screens as on paper
BOX = (480, 240)  # pixels: twice what the pages show


def logo(data: bytes) -> Logo:
    """`data`, an uploaded file, as an unsaved Logo that fits into BOX.

    Raises ValidationError, in the reader's language, for what is no picture, too heavy or too large.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The picture is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it, for the whole process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ValidationError(_("The picture has too many pixels."))
                if min(opened.size) < LEAST:
                    text = _("The picture is too small: each side needs %(least)d pixels, better 200.")
                    raise ValidationError(text % {"least": LEAST})
                picture = _eight_bits(ImageOps.exif_transpose(opened)).convert("RGBA")
    except (
        PIL.UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        raise ValidationError(_("This is not a picture in PNG, JPEG, WebP or GIF.")) from error
    picture.thumbnail(BOX)
    clean = Image.new("RGBA", picture.size)  # takes pixels along and nothing else: no place, no profile, no comment
    clean.paste(picture)
    written = BytesIO()
    clean.save(written, "PNG", optimize=True)
    png = written.getvalue()
    digest = hashlib.blake2b(png, digest_size=16).hexdigest()
    return Logo(digest=digest, png=png, width=clean.width, height=clean.height)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8, which Pillow would otherwise cut off at white."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture
