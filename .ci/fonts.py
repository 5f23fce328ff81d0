"""Makes the web's faces out of static/fonts/*.ttf (OFL): Latin, and a second pair for the letters that few pages have.

Same versions, same bytes. Usage: python .ci/fonts.py
"""

from pathlib import Path

from fontTools import subset

FONTS = Path(__file__).parents[1] / "static" / "fonts"
FACES = {"AlegreyaSans_400Regular.ttf": "alegreya-sans", "Alegreya_700Bold.ttf": "alegreya-bold"}
LATIN = (
    "U+20-7E,U+A0-FF,U+131,U+152-153,U+178,U+2009,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2039-203A,"
    "U+20AC,U+2190-2193,U+2197,U+2212,U+2605-2606,U+2713"
)
MORE = (
    "U+100-130,U+132-151,U+154-177,U+179-17F,U+192,U+1A0-1A1,U+1AF-1B0,U+218-21B,U+1E80-1E85,U+1E9E,U+1EA0-1EF9,U+20AB"
)
FEATURES = "kern,liga,lnum,tnum,ccmp,locl,mark"


def make(source: str, name: str, ranges: str) -> int:
    """Write the letters `ranges` of a face as WOFF2; its size in bytes."""
    to = FONTS / f"{name}.woff2"
    subset.main([
        str(FONTS / source), f"--unicodes={ranges}", f"--layout-features={FEATURES}", "--flavor=woff2",
        "--desubroutinize", "--no-hinting", "--name-IDs=0,1,2,3,4,5,6,13,14", f"--output-file={to}",
    ])  # fmt: skip
    return to.stat().st_size


if __name__ == "__main__":
    for source, name in FACES.items():
        print(name, make(source, name, LATIN), make(source, f"{name}-more", MORE))
