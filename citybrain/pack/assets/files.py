"""Reads assets from a table (CSV) or a map (GeoJSON) and checks every row against its kind."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from citybrain.errors import ConfigError, ConfigProblem
from citybrain.geo import Point, is_valid
from citybrain.geo_datums import Datum, datum_of_reference, to_wgs84
from citybrain.pack.asset import Asset, AssetId, AssetKind
from citybrain.pack.assets.field_values import as_float
from citybrain.pack.assets.rows import Row, assets_of
from citybrain.pack.limits import ASSET_FILE_BYTES, ASSET_ROWS, ASSETS
from citybrain.pack.problems import Problems

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
GEOJSON = (".geojson", ".json")
OTHER_SEPARATORS = (";", "\t", "|")  # what spreadsheets of some countries write


def read_assets(path: Path, kinds: Mapping[str, AssetKind]) -> tuple[Asset, ...]:
    """The assets in the file at `path`; raises `ConfigError` with the problems of every row."""
    problems = Problems()
    text = _text(path)
    rows = _features(path, text) if path.suffix.lower() in GEOJSON else _lines(path, text)
    assets = assets_of(rows, kinds, problems)
    problems.raise_any(str(path))
    return assets


def collect_assets(
    paths: Sequence[Path], kinds: Mapping[str, AssetKind], problems: Problems
) -> tuple[Asset, ...]:
    """The assets of all files of a district; an id that two files have is a problem of the later
    one, and so are too many.
    """
    found: dict[AssetId, tuple[Asset, Path]] = {}
    for path in paths:
        for asset in problems.of(path.name, partial(read_assets, path, kinds)) or ():
            if asset.id in found:
                other = found[asset.id][1].name
                remedy = "Give each asset an id of its own."
                problems.add(path.name, asset.id, f"{other} has an asset {asset.id} too", remedy)
            found[asset.id] = asset, path
    if len(found) > ASSETS.value:
        problems.add(
            "",
            "assets",
            f"they are {len(found)}, more than {ASSETS.value}: {ASSETS.reason}",
            "Name only what this district works with.",
        )
    return tuple(found[asset_id][0] for asset_id in sorted(found))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(ASSET_FILE_BYTES.value + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = getattr(error, "strerror", None) or error
        raise _fault(
            path, f"it cannot be read: {reason}", "Give the path of a readable file."
        ) from error
    if len(content) > ASSET_FILE_BYTES.value:
        raise _fault(path, f"it has more than {ASSET_FILE_BYTES.value} bytes", "Divide it.")
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _fault(
            path,
            f"byte {error.start} is not {encoding.removesuffix('-sig').upper()}",
            'Save it as UTF-8: in a spreadsheet, "CSV UTF-8".',
        ) from error


def _lines(path: Path, text: str) -> Iterator[Row]:
    """One row a line; its number is the line's, as an editor shows it."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        doubled = sorted({name for name in header if header.count(name) > 1})
        if not header or doubled:
            what = f"the column {doubled[0]} is there twice" if doubled else "it has no header"
            raise _fault(path, what, "The first line names the columns: id,kind,lat,lon,…")
        other = next((mark for mark in OTHER_SEPARATORS if mark in header[0]), None)
        if len(header) == 1 and other is not None:
            what = f"its columns are divided by {other!r}"
            raise _fault(path, what, 'Divide them by ",": in a spreadsheet, "CSV UTF-8".')
        for number, cells in enumerate(reader, 1):
            _check_count(path, number)
            if any(cell.strip() for cell in cells):
                named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                if len(cells) > len(header):
                    named["(beyond the last column)"] = cells[len(header)]
                filled = {name: cell for name, cell in named.items() if cell != ""}
                yield Row(label=f"line {reader.line_num}", values=filled, is_text=True)
    except csv.Error as error:
        raise _fault(
            path, f"line {reader.line_num} is no CSV: {error}", "Close every quote."
        ) from error


def _features(path: Path, text: str) -> Iterator[Row]:
    """One row a feature: its point, or the middle of its polygon, is the place."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _fault(path, f"it is no JSON: {error}", "See geojson.org.") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise _fault(path, "it is no FeatureCollection", 'Give {"type": "FeatureCollection", …}.')
    datum = datum_of_reference(document.get("crs"))
    if datum is None:
        reference = str(document.get("crs"))[:120]
        what = f"its coordinates are not degrees of WGS 84 but of {reference}"
        remedy = "Convert them to WGS 84 (EPSG:4326); GCJ-02 and BD-09 are converted here."
        raise _fault(path, what, remedy)
    for number, feature in enumerate(features, 1):
        _check_count(path, number)
        feature = feature if isinstance(feature, dict) else {}
        properties = feature.get("properties")
        values = dict(properties) if isinstance(properties, dict) else {}
        if "id" in feature:
            values.setdefault("id", feature["id"])
        place, outline = _place(feature.get("geometry"), datum)
        filled = {str(name): v for name, v in {**values, **place}.items() if v is not None}
        yield Row(label=f"feature {number}", values=filled, is_text=False, outline=outline)


def _place(geometry: object, datum: Datum) -> tuple[dict[str, object], object]:
    """(latitude and longitude, the polygon's outer corners or None), in WGS 84."""
    match geometry:
        case {"type": "Point", "coordinates": [lon, lat, *_]}:
            lon, lat = _in_wgs84([lon, lat], datum)
            return {"lat": lat, "lon": lon}, None
        case {"type": "Polygon", "coordinates": [[*ring], *_]}:
            closed = len(ring) > 1 and ring[0] == ring[-1]
            corners = [
                _in_wgs84(corner[:2], datum) for corner in ring[closed:] if isinstance(corner, list)
            ]
            lons = [as_float(x) for corner in corners for x in corner[:1]]
            lats = [as_float(y) for corner in corners for y in corner[1:]]
            if corners and None not in lons and None not in lats and len(lons) == len(lats):
                return {"lat": _mean(lats), "lon": _mean(lons)}, corners
    return {}, None


def _in_wgs84(corner: list[object], datum: Datum) -> list[object]:
    """[longitude, latitude]; what is no place stays as it is, and is refused later."""
    degrees = [as_float(one) for one in corner]
    if datum is Datum.WGS84 or len(degrees) != 2 or degrees[0] is None or degrees[1] is None:
        return corner
    place = Point(lat=degrees[1], lon=degrees[0])
    place = to_wgs84(place, datum) if is_valid(place) else place
    return [place.lon, place.lat]


def _mean(numbers: list[float | None]) -> float:
    return sum(number for number in numbers if number is not None) / len(numbers)


def _check_count(path: Path, number: int) -> None:
    if number > ASSET_ROWS.value:
        raise _fault(
            path,
            f"it has more than {ASSET_ROWS.value} rows",
            "Divide it, or keep what this district is about.",
        )


def _fault(path: Path, problem: str, remedy: str) -> ConfigError:
    return ConfigError(str(path), (ConfigProblem(key="(file)", problem=problem, remedy=remedy),))
