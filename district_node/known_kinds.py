"""The incident kinds that a district's configuration knows, read without the rest of it: a box
that asks has neither the district's passwords nor its certificates.
"""

from pathlib import Path

from citybrain.config.fields import IncidentKindName, Section
from citybrain.config.load import load
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.kinds import UNKNOWN_KIND
from citybrain.vocabulary import IncidentKind
from district_node.playbooks.load import built_in


class _NamesPlaybooks(Section, extra="ignore"):
    """What names further playbooks in a district's file."""

    playbooks: tuple[str, ...] = ()


class _NamesKind(Section, extra="ignore"):
    """What names the kind in a playbook's file."""

    kind: IncidentKindName


def known_kinds(path: Path) -> tuple[IncidentKind, ...]:
    """The kinds of the district whose configuration is at `path`, sorted; raises `ConfigError` with
    every file of it whose kind cannot be read.
    """
    named = [path.parent / name for name in load(path, _NamesPlaybooks).playbooks]
    found, problems = {UNKNOWN_KIND}, list[ConfigProblem]()
    for playbook in (*built_in(), *named):
        try:
            found.add(IncidentKind(load(playbook, _NamesKind).kind))
        except ConfigError as error:
            problems += [
                ConfigProblem(key=f"{playbook.name}: {p.key}", problem=p.problem, remedy=p.remedy)
                for p in error.problems
            ]
    if problems:
        raise ConfigError(str(path), tuple(problems))
    return tuple(sorted(found))
