"""The incident kinds that a district's configuration knows, read without the rest of it: a box
that asks has neither the district's passwords nor its certificates.
"""

from pathlib import Path

from citybrain.config.fields import Section
from citybrain.config.load import load
from citybrain.kinds import UNKNOWN_KIND
from citybrain.pack.load import collect_packs, resolve_folders
from citybrain.pack.problems import Problems
from citybrain.vocabulary import IncidentKind


class _NamesPacks(Section, extra="ignore"):
    """What names further packs in a district's file."""

    packs: tuple[str, ...] = ()


def known_kinds(path: Path) -> tuple[IncidentKind, ...]:
    """The kinds of the district whose configuration is at `path`, sorted; raises `ConfigError` with
    every problem of its packs.
    """
    problems = Problems()
    named = load(path, _NamesPacks).packs
    packs = collect_packs(resolve_folders(named, path.parent, problems), problems)
    problems.raise_any(str(path))
    return tuple(sorted({UNKNOWN_KIND, *(IncidentKind(k.kind) for _, k in packs.kind_tables())}))
