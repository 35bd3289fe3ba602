"""Makes the life of a simulated city of scene packs, and names what in a `life.toml` cannot be."""

from collections.abc import Collection
from functools import cache

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from citybrain.pack.asset import AssetKind, FieldValue
from citybrain.pack.assets.field_values import Checked, check_value
from citybrain.pack.load import built_in
from citybrain.pack.pack import Pack, PackSet
from citybrain.pack.problems import Problems
from citybrain.sorted_map import SortedMap
from citybrain.vocabulary import Capability, IncidentKind
from citysim.life.schema import CrewLifeTable, KindLifeTable, LifeFile, hourly
from citysim.life.sightings import check_sighting
from citysim.life.values import CameraSighting, CityLife, CrewLife, KindLife, SensorLevel
from district_node.playbook import Playbook
from district_node.playbooks.load import load_playbooks

FILE = "life.toml"


@cache
def street_life() -> CityLife:
    """The life of the built-in pack alone, read once a process."""
    return life_of(built_in())


def life_of(packs: PackSet, *, scenes_of: Collection[str] = ()) -> CityLife:
    """The life of `packs`; raises `ConfigError`. `scenes_of`: only what happens in packs of these
    names happens (none: in all); crews of the others are there where theirs do not suffice.
    """
    problems = Problems()
    playbooks = load_playbooks(packs)
    lives = {p.name: _life(packs, p, playbooks, problems) for p in packs.packs}
    wanted = [name for name in lives if not scenes_of or name in scenes_of]
    kinds = tuple(kind for name in wanted for kind in lives[name][0])
    crews = tuple(crew for name in wanted for crew in lives[name][1])
    missing = {c for needed in _unserved(kinds, crews, playbooks).values() for c in needed}
    for name, (_, others) in lives.items():
        if name not in wanted:
            crews += tuple(crew for crew in others if missing & set(crew.capabilities))
    for kind, needed in _unserved(kinds, crews, playbooks).items():
        _name_unserved(f"{FILE} of {', '.join(wanted)}", kind, needed, problems)
    problems.raise_any("the simulated life of the packs")
    return CityLife(kinds=kinds, crews=crews, playbooks=playbooks, packs=packs.identities)


def check_pack(packs: PackSet, pack: Pack, problems: Problems) -> None:
    """What is wrong with the life of `pack`."""
    try:
        playbooks = load_playbooks(packs)
    except ConfigError:
        return  # the district's part names it
    kinds, _ = _life(packs, pack, playbooks, problems)
    lives = [_life(packs, other, playbooks, Problems()) for other in packs.packs]
    crews = tuple(crew for _, of_pack in lives for crew in of_pack)
    for kind, needed in _unserved(kinds, crews, playbooks).items():
        _name_unserved(f"{pack.folder.name}/{FILE}", kind, needed, problems)


def _unserved(
    kinds: tuple[KindLife, ...], crews: tuple[CrewLife, ...], playbooks: tuple[Playbook, ...]
) -> dict[str, list[Capability]]:
    """By kind, the capabilities that no crew offers."""
    offered = {capability for crew in crews for capability in crew.capabilities}
    happening = {kind.kind for kind in kinds}
    needed = {
        playbook.kind: sorted({need.capability for need in playbook.needs} - offered)
        for playbook in playbooks
        if playbook.kind in happening
    }
    return {kind: missing for kind, missing in needed.items() if missing}


def _name_unserved(file: str, kind: str, needed: list[Capability], problems: Problems) -> None:
    problems.add(
        file,
        "crew",
        f"no crew can {', '.join(needed)}, which {kind} needs",
        f'Add [[crew]] with capabilities = ["{needed[0]}"].',
    )


def _life(
    packs: PackSet, pack: Pack, playbooks: tuple[Playbook, ...], problems: Problems
) -> tuple[tuple[KindLife, ...], tuple[CrewLife, ...]]:
    file = f"{pack.folder.name}/{FILE}"
    read = problems.of(file, lambda: parse(pack.life, LifeFile, name=FILE))
    if read is None:
        return (), ()
    kinds = []
    for number, table in enumerate(read.kind):
        life = _kind(packs, pack, table, f"kind[{number}]", playbooks, problems)
        if life is not None:
            kinds.append(life)
    return tuple(kinds), tuple(_crew(table) for table in read.crew)


def _crew(table: CrewLifeTable) -> CrewLife:
    return CrewLife(
        capabilities=tuple(Capability(capability) for capability in table.capabilities),
        share=table.share,
        speed_mps=table.speed_mps,
    )


def _kind(
    packs: PackSet,
    pack: Pack,
    table: KindLifeTable,
    key: str,
    playbooks: tuple[Playbook, ...],
    problems: Problems,
) -> KindLife | None:
    file = f"{pack.folder.name}/{FILE}"
    playbook = next((p for p in playbooks if p.kind == table.kind), None)
    rule = next((r for r in pack.rules if r.name == table.rule), None)
    if playbook is None or not any(kind.kind == table.kind for kind in pack.kinds):
        known = ", ".join(kind.kind for kind in pack.kinds)
        problems.add(
            file, f"{key}.kind", f"this pack has no kind {table.kind!r}", f"Use one of {known}."
        )
        return None
    if rule is None:
        known = ", ".join(rule.name for rule in pack.rules)
        problems.add(
            file, f"{key}.rule", f"this pack has no rule {table.rule!r}", f"Use one of {known}."
        )
        return None
    if rule.table.get("incident_kind") != table.kind:
        problems.add(
            file,
            f"{key}.rule",
            f"{rule.file} reports {rule.table.get('incident_kind')!r}, not {table.kind!r}",
            "Name the rule that reports this kind.",
        )
        return None
    if table.reach_m < playbook.joins.within_m:
        problems.add(
            file,
            f"{key}.reach_m",
            f"it is less than joins.within_m of {table.kind} ({playbook.joins.within_m:g})",
            "A crew treats all that is one incident: give at least as much.",
        )
    life = _value(packs, pack, table, key, problems)
    return life if check_sighting(file, key, life, problems) else None


def _value(
    packs: PackSet, pack: Pack, table: KindLifeTable, key: str, problems: Problems
) -> KindLife:
    rule = next(rule for rule in pack.rules if rule.name == table.rule)
    asset_kind = packs.asset_kinds[rule.asset]
    seen, read = table.camera, table.sensor
    return KindLife(
        kind=IncidentKind(table.kind),
        pack=pack.name,
        source=asset_kind.source,
        sighting=CameraSighting(label=seen.label, count=seen.count)
        if seen is not None
        else SensorLevel(
            resting=read.resting if read else 0.0,
            alarm=read.alarm if read else 0.0,
            sway=read.sway if read else 0.0,
        ),
        fields=_fields(f"{pack.folder.name}/{FILE}", asset_kind, table, key, problems),
        source_table=packs.source_of(rule.asset),
        rule=rule,
        share=table.share,
        instead_share=table.instead_share,
        by_hour=hourly(table.by_hour),
        severities=tuple(table.severities.items()),
        self_clearing_share=table.self_clearing_share,
        duration_s=table.duration_s,
        spread=table.spread,
        first_treatment_share=table.first_treatment_share,
        burst_weight=table.burst_weight,
        reach_m=table.reach_m,
    )


def _fields(
    file: str, kind: AssetKind, table: KindLifeTable, key: str, problems: Problems
) -> SortedMap[str, FieldValue]:
    fields = kind.example()
    for name, given in table.asset.items():
        field = kind.field(name)
        if field is None:
            known = ", ".join(field.name for field in kind.fields)
            problem = f"a {kind.kind} has no such field"
            problems.add(file, f"{key}.asset.{name}", problem, f"Use one of {known}.")
            continue
        checked = check_value(field, given)
        if isinstance(checked, Checked):
            fields = fields.put(name, checked.value)
        else:
            problems.add(file, f"{key}.asset.{name}", checked.problem, checked.remedy)
    return fields
