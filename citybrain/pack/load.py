"""The packs in force together: the built-in street pack, always, then those that a configuration
names. Any fault of any file: nothing is loaded.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from citybrain.errors import ConfigProblem
from citybrain.pack.pack import Pack, PackSet
from citybrain.pack.problems import Problems
from citybrain.pack.read import ASSETS, MANIFEST, is_folder, read_pack
from citybrain.pack.words import LANGUAGES, require_words, words_file
from citybrain.plugins.errors import PluginError
from citybrain.plugins.load import pack_folder
from citybrain.structs import replace

BUILT_IN = "street"
PACK_NAME = re.compile(r"[a-z0-9_]+")  # what is anything else is a path


def load_packs(folders: Sequence[Path] = ()) -> PackSet:
    """The built-in pack and those in `folders`; raises `ConfigError` with every problem of all."""
    problems = Problems()
    packs = collect_packs(folders, problems)
    problems.raise_any("the scene packs")
    return packs


def collect_packs(folders: Sequence[Path], problems: Problems) -> PackSet:
    """As `load_packs`, adding to `problems`. Each problem's file begins with its pack's folder."""
    packs: list[Pack] = []
    for folder in _single(map(_resolved, folders), problems):
        own = Problems()
        others = [kind for earlier in packs for kind in earlier.asset_kinds]
        pack = read_pack(folder, own, others=others)
        problems.add_all("", _named(own, folder))
        if pack is not None:
            packs.append(pack)
    together = PackSet(packs=tuple(packs))
    _check_single(together, problems)
    _check_needs(together, problems)
    return together


def _resolved(folder: Path) -> Path:
    """Without links, where there is such a folder; else as it was given, for the problem's text."""
    return folder.resolve() if is_folder(folder) else folder


def _single(named: Iterable[Path], problems: Problems) -> list[Path]:
    """The built-in folder and those `named`, each once; a folder named again is a problem."""
    found = [built_in_folder()]
    for folder in named:
        if folder not in found:
            found.append(folder)
        elif folder == found[0]:
            what, cure = "it is built in, and always in force", "Leave it out."
            problems.add("", f"{folder.name}/", what, cure)
        else:
            problems.add("", f"{folder.name}/", f"{folder} is named twice", "Name it once.")
    return found


@cache
def built_in() -> PackSet:
    """The street pack alone, read once a process."""
    return load_packs()


def built_in_folder() -> Path:
    """Where the street pack was installed."""
    return (Path(str(files("scenes"))) / BUILT_IN).resolve()


def shipped_folder(name: str) -> Path | None:
    """Where the product's own pack of this name was installed; None where it has none."""
    folder = (Path(str(files("scenes"))) / name).resolve()
    return folder if (folder / MANIFEST).is_file() else None


def shipped_names() -> tuple[str, ...]:
    """The product's own packs beside the built-in one: each is in force where it is named."""
    folders = Path(str(files("scenes"))).iterdir()
    return tuple(sorted(f.name for f in folders if (f / MANIFEST).is_file() and f.name != BUILT_IN))


def resolve_folders(names: Iterable[str], beside: Path, problems: Problems) -> tuple[Path, ...]:
    """The folders that a configuration in the folder `beside` names: one relative to it, or else
    the product's own pack of that name, or that of an installed package. Adds to `problems`.
    """
    folders = []
    for name in names:
        try:
            folders.append(find_folder(name, beside))
        except PluginError as error:
            where = f"there is no such folder in {beside}"
            own = f"The product's own packs are {', '.join(shipped_names())}."
            problems.add("", name, where, f"{own} As an installed pack: {error}")
    return tuple(folders)


def find_folder(name: str, beside: Path) -> Path:
    """The folder `name` below `beside`, that of the product's own pack called so, or that of the
    installed one. A path that is no folder is given as it is, for the reader to name. Raises
    `PluginError`.
    """
    folder = beside / name
    if folder.is_dir() or not PACK_NAME.fullmatch(name):
        return folder
    return shipped_folder(name) or pack_folder(name)


def _named(own: Problems, folder: Path) -> Iterable[ConfigProblem]:
    return (replace(p, key=f"{folder.name}/{p.key}") for p in own.found)


def _check_single(together: PackSet, problems: Problems) -> None:
    """A pack adds and never redefines, neither another pack nor the consoles' own words."""
    owners = {("word", key): (-1, "the consoles have") for key in _console_words()}
    for number, pack in enumerate(together.packs):
        for what, name, file in _definitions(pack):
            mine = f"the pack {pack.name} ({pack.folder}) has"
            first, owner = owners.setdefault((what, name), (number, mine))
            if first != number:
                problems.add(
                    f"{pack.folder.name}/{file}",
                    name,
                    f"{owner} the {what} {name} too",
                    "A pack adds and never redefines: use another name, or leave out one pack.",
                )


@cache
def _console_words() -> frozenset[str]:
    """The keys of the texts that every console has."""
    tables = (Path(str(files("citybrain.web"))) / "translations").glob("*.json")
    return frozenset(key for table in tables for key in json.loads(table.read_text("utf-8")))


def _definitions(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """(what, name, file) of everything that must be there once."""
    yield "name", pack.name, MANIFEST
    for kind in pack.kinds:
        yield "kind", kind.kind, kind.file
    for asset_kind in pack.asset_kinds:
        yield "asset kind", asset_kind.kind, ASSETS
    for rule in pack.rules:
        yield "rule", rule.name, rule.file
    for key in pack.words:
        yield "word", key, words_file(LANGUAGES[0])


def _check_needs(together: PackSet, problems: Problems) -> None:
    """Every capability that a pack needs has a word, in whatever pack."""
    words = together.words
    for pack in together.packs:
        wanted = [f"capability.{capability}" for capability in pack.needs.capabilities]
        own = Problems()
        require_words(words, wanted, own)
        problems.add_all("", _named(own, pack.folder))
