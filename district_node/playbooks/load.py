"""Makes playbooks of the packs in force, with what a district tunes in them, and complains once
about all files and all problems. Reads no file.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from citybrain.config.load import parse
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import FieldType
from citybrain.pack.load import built_in
from citybrain.pack.pack import KindTable, Pack, PackSet, Table, Words
from citybrain.pack.problems import Problems
from citybrain.structs import fields
from district_node.playbook import CaseTexts, Playbook, SeenBy
from district_node.playbooks.schema import PlaybookFile

TEXTS = tuple(field.name for field in fields(CaseTexts))  # tables of a pack's words, by kind


class Tune(NamedTuple):
    """What is other in one district: where its file says so, and the keys."""

    key: str
    table: Table


def load_playbooks(packs: PackSet | None = None) -> tuple[Playbook, ...]:
    """The playbooks of `packs` (left out: of the built-in one alone), by kind; raises
    `ConfigError` with the problems of every file.
    """
    problems = Problems()
    playbooks = collect_playbooks(packs if packs is not None else built_in(), (), problems)
    problems.raise_any("the playbooks")
    return playbooks


def collect_playbooks(
    packs: PackSet, tunes: Sequence[Table], problems: Problems
) -> tuple[Playbook, ...]:
    """As `load_playbooks`, adding to `problems`. Each of `tunes` names a known kind and keys of its
    file that are other in this district; the file so changed is checked as a whole.
    """
    tuned = _tunes(tunes, packs, problems)
    found = {}
    for pack, kind in packs.kind_tables():
        playbook = _playbook(pack, kind, tuned.get(kind.kind), packs.words, problems)
        if playbook is not None:
            _check_grades(f"{pack.folder.name}/{kind.file}", playbook, packs, problems)
            found[playbook.kind] = playbook
    return tuple(found[kind] for kind in sorted(found))


def check_pack(packs: PackSet, pack: Pack, problems: Problems) -> None:
    """What is wrong with the kinds of `pack`, and with what it says it needs of the district."""
    declared = set(pack.needs.capabilities)
    seen = {rule.table.get("incident_kind") for rule in packs.rules}
    for kind in pack.kinds:
        playbook = _playbook(pack, kind, None, packs.words, problems)
        if playbook is not None:
            file = f"{pack.folder.name}/{kind.file}"
            _check_grades(file, playbook, packs, problems)
            _check_seen(file, playbook, problems, by_rule=kind.kind in seen)
        for capability in sorted({n.capability for n in playbook.needs} if playbook else ()):
            if capability not in declared:
                problems.add(
                    f"{pack.folder.name}/pack.toml",
                    "needs.capabilities",
                    f"{kind.file} needs {capability!r}, which is not there",
                    "Add it.",
                )


def _check_seen(file: str, playbook: Playbook, problems: Problems, *, by_rule: bool) -> None:
    """A kind that nothing of ours notices says so."""
    if playbook.seen_by is SeenBy.RULE and not by_rule:
        problem = f"no rule of any pack in force reports {playbook.kind}"
        remedy = 'Add a rule, or write seen_by = "report": people and foreign systems report it.'
        problems.add(file, "seen_by", problem, remedy)
    elif playbook.seen_by is not SeenBy.RULE and by_rule:
        problem = f"a rule reports {playbook.kind}, and it says that none does"
        problems.add(file, "seen_by", problem, "Leave it out.")


def _playbook(
    pack: Pack, kind: KindTable, tune: Tune | None, words: Words, problems: Problems
) -> Playbook | None:
    file = tune.key if tune is not None else f"{pack.folder.name}/{kind.file}"
    table = _merged(kind.table, tune.table) if tune is not None else kind.table
    read = problems.of(file, lambda: parse(table, PlaybookFile, name=file))
    if read is None:
        return None
    title = _text(words, f"kind.{kind.kind}", kind.kind)
    return read.value(
        title, CaseTexts(**{name: _text(words, f"{name}.{kind.kind}") for name in TEXTS})
    )


def _text(words: Words, key: str, default: str = "") -> LocalizedName:
    found = words.get(key, {})
    return LocalizedName(en=found.get("en", default), zh=found.get("zh", default))


def _check_grades(file: str, playbook: Playbook, packs: PackSet, problems: Problems) -> None:
    """A grade in parts of a size needs assets that have the size."""
    watched = {
        rule.asset for rule in packs.rules if rule.table.get("incident_kind") == playbook.kind
    }
    kinds = [kind for name, kind in packs.asset_kinds.items() if name in watched]
    sizes = {f.name for kind in kinds for f in kind.fields if f.type is FieldType.NUMBER}
    for number, grade in enumerate(playbook.grades):
        if grade.per and grade.per not in sizes:
            problems.add(
                file,
                f"grades[{number}].per",
                f"no asset that is watched for {playbook.kind} has a number {grade.per!r}",
                f"Use one of {', '.join(sorted(sizes)) or 'those that you add to assets.toml'}.",
            )


def _tunes(tunes: Sequence[Table], packs: PackSet, problems: Problems) -> dict[str, Tune]:
    known = sorted(kind.kind for _, kind in packs.kind_tables())
    found: dict[str, Tune] = {}
    for number, tune in enumerate(tunes):
        kind, key = str(tune.get("kind", "")), f"tune[{number}].kind"
        if kind not in known:
            problem = f"no pack in force has the kind {kind!r}"
            problems.add("", key, problem, f"Use one of {', '.join(known)}.")
        elif kind in found:
            problems.add("", key, f"{kind} is tuned twice", "Keep one of the two tables.")
        else:
            found[kind] = Tune(f"tune[{number}]", tune)
    return found


def _other_unit(key: str) -> str:
    """The key that says the same in another unit: `handle_s` in seconds, `handle` in working
    time."""
    return key.removesuffix("_s") if key.endswith("_s") else f"{key}_s"


def _merged(table: Table, over: Table) -> Table:
    """`table` with the keys of `over`, table by table; a list replaces a list."""
    both = {key: value for key, value in table.items() if _other_unit(key) not in over}
    for key, value in over.items():
        below = both.get(key)
        both[key] = (
            _merged(below, value)
            if isinstance(below, Mapping) and isinstance(value, Mapping)
            else value
        )
    return both
