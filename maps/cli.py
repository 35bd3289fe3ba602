"""`citybrain map build|fetch|show`: makes the map under the consoles' markers. Thin; each command
imports its libraries when it is called.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.errors import CityBrainError

if TYPE_CHECKING:
    from citybrain.geo_datums import Datum

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Maps: the streets under the consoles' markers, out of OpenStreetMap, served by the node"
    " itself.\n\nExample:  citybrain map build city.osm.pbf --out map.pmtiles",
)
ZOOMS = "2-15"
DEEPEST = 16
NO_PATHS: list[Path] = []


class MapCommandError(CityBrainError):
    """A command that cannot be done as it was given."""


@app.command()
def build(
    extract: Annotated[
        Path, typer.Argument(metavar="EXTRACT.osm.pbf", help="An extract of OpenStreetMap.")
    ],
    out: Annotated[Path, typer.Option(help="The map to make.")] = Path("map.pmtiles"),
    zooms: Annotated[
        str, typer.Option(metavar="A-B", help="First and last zoom of its tiles, 0 to 16.")
    ] = ZOOMS,
    force: Annotated[bool, typer.Option("--force", help="Replace a map that is there.")] = False,
    landmarks: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE.geojson",
            help="Further names of places: points, lines and polygons with `name`, `name:en`,"
            " `name:zh`. May be given again.",
        ),
    ] = NO_PATHS,
    datum: Annotated[
        str | None,
        typer.Option(
            metavar="wgs84|gcj02|bd09",
            help="What the coordinates of --landmarks are of; left out: what each file says.",
        ),
    ] = None,
) -> None:
    """Make one map file of an extract: streets, water, parks, houses, places; and beside it the
    names by which a district calls places.

    Example:  citybrain map build city.osm.pbf --out map.pmtiles
    """
    from citybrain.places_file import places_beside
    from maps.build import build_map
    from maps.progress import TerminalProgress

    (first, last), of = _zooms(zooms), _datum(datum)
    if out.exists() and not force:
        raise MapCommandError(
            f"{out} is there already. Give another place with --out, or --force to replace it."
        )
    with TerminalProgress() as progress:
        built = build_map(
            extract,
            out,
            min_zoom=first,
            max_zoom=last,
            progress=progress,
            landmarks=landmarks,
            datum=of,
        )
    parts = ", ".join(f"{count} {layer}" for layer, count in built.features)
    typer.echo(f"{built.path}: {built.tiles} tiles, {built.size:,} bytes; {parts}")
    if built.names:
        typer.echo(f"{places_beside(out)}: {built.names} names of places; keep it beside the map")
    for warning in built.warnings:
        typer.echo(f"note: {warning}", err=True)
    typer.echo(f'Name it in district.toml or city.toml:  [map] file = "{built.path}"')


@app.command()
def fetch(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[helsinki]", help="An extract to try maps with; left out: none."),
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="The folder for them; left out: the cache.")
    ] = None,
    file: Annotated[
        list[Path],
        typer.Option(help="Use this file and no network; may be given again. Its hash decides."),
    ] = NO_PATHS,
) -> None:
    """Bring the script that draws maps into the cache, and an extract to try it with.

    Example:  citybrain map fetch helsinki
    """
    from citybrain.cache_folder import cache_folder
    from citybrain.map_script import MAPS
    from maps.fetching import EXTRACTS, fetch_all
    from models.progress import TerminalProgress

    if name is not None and name not in EXTRACTS:
        raise MapCommandError(
            f"there is no extract {name!r} here, only {', '.join(EXTRACTS)}. Download your city's"
            " (docs/guides/map.md says where from), and build it."
        )
    with TerminalProgress() as progress:
        folder = into or cache_folder(MAPS)
        for found in fetch_all(name, folder, files=file, progress=progress):
            typer.echo(f"{found.path}" + ("" if found.source else " (it was there)"))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A map (.pmtiles).")],
) -> None:
    """What a map covers, its zooms, tiles and bytes, and whether it is whole.

    Example:  citybrain map show map.pmtiles
    """
    from maps.description import describe_map

    found = describe_map(file)
    box = found.header.bounds
    typer.echo(f"{file}: whole, {found.size:,} bytes")
    typer.echo(f"  covers {box.west:.5f} to {box.east:.5f} E, {box.south:.5f} to {box.north:.5f} N")
    typer.echo(f"  zooms {found.header.min_zoom} to {found.header.max_zoom}")
    for zoom, tiles, size in found.zooms:
        typer.echo(f"    {zoom:>2}: {tiles:>7,} tiles {size:>13,} bytes")
    typer.echo(f"  source: {found.attribution or 'not named'}")
    if found.time:
        typer.echo(f"  edits until {found.time}")
    typer.echo(f"  names of places: {_names_beside(file)}")


def _names_beside(file: Path) -> str:
    """How many there are, or why there are none."""
    from citybrain.map_file import MapFileError
    from citybrain.places_file import places_beside, read_places

    try:
        return f"{sum(1 for _ in read_places(places_beside(file))):,}"
    except MapFileError as error:
        return f"none ({error.problem})"


def _datum(text: str | None) -> "Datum | None":
    from citybrain.geo_datums import Datum

    if text is None or text in set(Datum):
        return None if text is None else Datum(text)
    raise MapCommandError(f"--datum {text} is none that is known. Give {', '.join(Datum)}.")


def _zooms(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    first, last = (int(match[1]), int(match[2])) if match else (1, 0)
    if not first <= last <= DEEPEST:
        raise MapCommandError(
            f"--zooms {text} is no range of zooms. Give two from 0 to {DEEPEST}, the smaller"
            f" first, for example {ZOOMS}."
        )
    return first, last
