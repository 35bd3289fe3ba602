"""Names that a city has in GeoJSON of its own: points and polygons are landmarks and areas, lines
are streets. Coordinates are WGS 84, or of the datum that the file or the caller names.

The format: https://www.rfc-editor.org/rfc/rfc7946, with the member `crs` of its forerunner.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from citybrain.geo import Point
from citybrain.geo_datums import Datum, datum_of_reference, to_wgs84
from citybrain.limits import Limit
from citybrain.places_file import PlaceSort
from maps.errors import LandmarksError
from maps.names.named import Named, name_of

SORTS = {
    "Point": PlaceSort.LANDMARK,
    "LineString": PlaceSort.STREET,
    "MultiLineString": PlaceSort.STREET,
    "Polygon": PlaceSort.AREA,
    "MultiPolygon": PlaceSort.AREA,
}
DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
LANDMARK_FILE_BYTES = Limit(
    name="landmark_file_bytes",
    value=64 * 1024 * 1024,
    unit="bytes of one file of landmarks",
    reason="100,000 features of 600 bytes",
    fate="the file is refused",
)


class Landmarks(NamedTuple):
    """What a file has: names with their shapes in WGS 84, and how many features have no name."""

    named: list[tuple[Named, shapely.Geometry]]
    nameless: int


def read_landmarks(path: Path, datum: Datum | None) -> Landmarks:
    """The names in the file at `path`, of `datum`; None: of the one that it names, else of WGS 84.
    Raises `LandmarksError`."""
    document = _document(path)
    features = document.get("features")
    if document.get("type") == "Feature":
        features = [document]
    if not isinstance(features, list):
        remedy = 'Give a {"type": "FeatureCollection", "features": […]} (geojson.org).'
        raise LandmarksError(f"{path} is no GeoJSON with features. {remedy}")
    said = datum_of_reference(document.get("crs"))
    if said is None:
        raise LandmarksError(
            f"{path} has coordinates of {str(document.get('crs'))[:120]}, and not of WGS 84."
            " Convert them to WGS 84 (EPSG:4326); GCJ-02 and BD-09 are converted here by --datum."
        )
    found: list[tuple[Named, shapely.Geometry]] = []
    for number, feature in enumerate(features, 1):
        found += _named(path, number, feature, datum or said)
    return Landmarks(found, len(features) - len(found))


def _document(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(LANDMARK_FILE_BYTES.value + 1)
    except OSError as error:
        raise LandmarksError(
            f"{path} cannot be read: {error.strerror}. Name a file that this user may read."
        ) from error
    if len(content) > LANDMARK_FILE_BYTES.value:
        raise LandmarksError(
            f"{path} has more than {LANDMARK_FILE_BYTES.value} bytes. Divide it, or keep what"
            " people call places by."
        )
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LandmarksError(
            f"{path} is no JSON in UTF-8 ({error}): it is cut short, or of another format. Give"
            " GeoJSON (geojson.org)."
        ) from error
    return found if isinstance(found, dict) else {}


def _named(
    path: Path, number: int, feature: object, datum: Datum
) -> Iterator[tuple[Named, shapely.Geometry]]:
    """The feature, where it has a name."""
    feature = feature if isinstance(feature, dict) else {}
    properties, geometry = feature.get("properties"), feature.get("geometry")
    name = name_of(_by_colons(properties)) if isinstance(properties, dict) else None
    if name is None:
        return
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in SORTS:
        raise _fault(path, number, name.en, f"is a {kind}", f"Give one of {', '.join(SORTS)}.")
    coordinates = geometry.get("coordinates")
    problem = _problem(coordinates, DEPTHS[kind])
    if problem:
        remedy = "GeoJSON has longitude, latitude in degrees; convert a file of another system."
        raise _fault(path, number, name.en, problem, remedy)
    try:
        shape = shapely.from_geojson(json.dumps({"type": kind, "coordinates": coordinates}))
    except shapely.errors.GEOSException as error:
        raise _fault(path, number, name.en, f"has no shape ({error})", "Mend or remove it.") from (
            error
        )
    if shape.is_empty:
        raise _fault(path, number, name.en, "has no place", "Mend or remove it.")
    if datum is not Datum.WGS84:
        shape = shapely.transform(shape, lambda places: _in_wgs84(places, datum))
    yield Named(SORTS[kind], name), shape


def _by_colons(properties: Mapping[str, object]) -> Mapping[str, object]:
    """`name_en` as asset files have it is `name:en` as OpenStreetMap has it."""
    also = {key.replace("_", ":"): text for key, text in properties.items() if key[:5] == "name_"}
    return {**also, **properties}


def _problem(coordinates: object, depth: int) -> str:
    """What is wrong with coordinates that are nested so deep; "": nothing."""
    if not isinstance(coordinates, list) or (depth and not coordinates):
        return "has no coordinates"
    if depth:
        return next((found for one in coordinates if (found := _problem(one, depth - 1))), "")
    if len(coordinates) < 2 or not all(type(one) in (int, float) for one in coordinates[:2]):
        return "has coordinates that are no numbers"
    lon, lat = coordinates[:2]
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        return f"lies at {lon}, {lat}, which are no degrees on the earth"
    return ""


def _in_wgs84(places: NDArray[np.float64], datum: Datum) -> NDArray[np.float64]:
    found = (to_wgs84(Point(lat=lat, lon=lon), datum) for lon, lat in places.tolist())
    return np.array([(one.lon, one.lat) for one in found]).reshape(-1, 2)


def _fault(path: Path, number: int, name: str, problem: str, remedy: str) -> LandmarksError:
    return LandmarksError(f"{path}: feature {number} ({name}) {problem}. {remedy}")
