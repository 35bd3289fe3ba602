"""Writes a small whole pack that passes its check and its proof: where an own one begins."""

from pathlib import Path

from citybrain.config.load import parse
from citybrain.errors import CityBrainError, ConfigError
from citybrain.pack.pack import Table
from citybrain.pack.sections import PackFile

EXAMPLE = Path(__file__).parent / "example"
NAME, RULE = "NAME", "NAME_RULE"  # in the example's texts and file names
LONGEST = 40  # so that the names made of it still fit


class PackExistsError(CityBrainError):
    """A new pack would overwrite something."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is there already, and nothing was written. Give another name, or another"
            " folder with --into."
        )


class PackNameError(CityBrainError):
    """A pack's name that nothing could be called after."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'{name!r} is no name of a pack. Use a-z, 0-9 and "_", a letter first, at most'
            f" {LONGEST} characters, for example lifts."
        )


def write_new_pack(name: str, into: Path) -> Path:
    """The new pack's folder; raises `PackNameError`, `PackExistsError` and then writes nothing."""
    manifest: Table = {"name": name, "version": "0.1.0", "title": {"en": name, "zh": name}}
    try:
        parse(manifest, PackFile, name=name)
    except ConfigError as error:
        raise PackNameError(name) from error
    if len(name) > LONGEST:
        raise PackNameError(name)
    folder = into / name
    if folder.exists():
        raise PackExistsError(folder)
    for path in sorted(EXAMPLE.rglob("*.toml")):
        target = folder / path.relative_to(EXAMPLE).as_posix().replace(NAME, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8").replace(RULE, name.replace("_", "-")).replace(NAME, name)
        target.write_text(text, encoding="utf-8")
    return folder
