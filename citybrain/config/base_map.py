"""The table `map` of a node's configuration: the streets under the maps of its pages."""

from pathlib import Path

from citybrain.config.fields import Section
from citybrain.pack.problems import Problems


class MapConfig(Section):
    """The streets under the maps of this node's pages (`citybrain map`)."""

    file: str | None = None
    """A map that `citybrain map build` made, a path relative to this file; left out: maps have a
    neutral ground. A map that is missing or damaged stops no node: its pages draw that ground, and
    `check` says why."""

    @property
    def path(self) -> Path | None:
        """Where the map is; None: there is none."""
        return None if self.file is None else Path(self.file)

    def beside(self, folder: Path) -> "MapConfig":
        """The same map, its path no longer relative to `folder`."""
        return self if self.file is None else MapConfig(file=str(folder / self.file))


def check_map(path: Path | None, problems: Problems) -> None:
    """Add what is wrong with the map at `path`."""
    from citybrain.map_file import MapFileError, read_map_header

    if path is None:
        return
    try:
        read_map_header(path)
    except MapFileError as error:
        problems.add("", "map.file", f"{path}: {error.problem}", error.remedy)


def names_notes(path: Path | None) -> tuple[str, ...]:
    """What `check` says of a district whose map has no names of places that it can read."""
    from citybrain.map_file import MapFileError
    from citybrain.places_file import places_beside, read_places

    if path is None:
        return ()
    try:
        for _ in read_places(places_beside(path)):
            pass
    except MapFileError as error:
        return (f"places are called by assets alone: {str(error).removesuffix('.')}",)
    return ()


def script_notes(path: Path | None) -> tuple[str, ...]:
    """What `check` says where a map is named and the script that draws it is not there."""
    from citybrain.map_script import SCRIPT_FILE, read_script

    if path is None or read_script(path) is not None:
        return ()
    return (
        f"map.file is named, and {SCRIPT_FILE} is neither beside it nor in the cache, so pages draw"
        f" a neutral ground; bring it: `citybrain map fetch --into {path.parent}`",
    )
