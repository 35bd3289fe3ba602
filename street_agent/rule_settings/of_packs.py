"""What is wrong with a scene pack's rules, by the street agent's own models. Starts nothing."""

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset, AssetId, AssetKind
from citybrain.pack.pack import Pack, PackSet, RuleTemplate, Table
from citybrain.pack.problems import Problems
from citybrain.pack.source_tables import filled
from citybrain.structs import replace
from street_agent.config import CameraConfig, SensorConfig
from street_agent.scene.rules.table import RULE_KINDS

DEFAULT_RULE = "sensor_threshold"  # of a sensor's rule that names no kind


def check_pack(packs: PackSet, pack: Pack, problems: Problems) -> None:
    """Fills every template of `pack` with the examples of its assets and reads the result."""
    kinds = packs.asset_kinds
    known = {kind.kind for _, kind in packs.kind_tables()}
    for rule in pack.rules:
        kind = kinds.get(rule.asset)
        if kind is None or not kind.source:
            continue  # the kernel's part names it
        file = f"{pack.folder.name}/{rule.file}"
        _check_table(file, kind, packs.source_of(rule.asset), [rule], problems)
        reported = rule.table.get("incident_kind")
        if not isinstance(reported, str) or reported not in known:
            problems.add(
                file,
                "rule.incident_kind",
                f"no pack in force has the kind {reported!r}",
                f"Use one of {', '.join(sorted(known))}.",
            )
        _check_declared(rule, pack, problems)
    for kind in pack.asset_kinds:
        if kind.source and not any(rule.asset == kind.kind for rule in pack.rules):
            file = f"{pack.folder.name}/assets.toml"
            _check_table(file, kind, packs.source_of(kind.kind), [], problems)
    for name in pack.needs.rules:
        if name not in RULE_KINDS:
            problems.add(
                f"{pack.folder.name}/pack.toml",
                "needs.rules",
                f"this version of the street agent knows no rule {name!r}",
                f"It knows {', '.join(RULE_KINDS)}.",
            )


def _check_declared(rule: RuleTemplate, pack: Pack, problems: Problems) -> None:
    used = str(rule.table.get("kind", DEFAULT_RULE))
    if used in RULE_KINDS and used not in pack.needs.rules:
        problems.add(
            f"{pack.folder.name}/pack.toml",
            "needs.rules",
            f"{rule.file} uses {used!r}, which is not there",
            "Add it.",
        )


def _check_table(
    file: str,
    kind: AssetKind,
    template: Table,
    rules: list[RuleTemplate],
    problems: Problems,
) -> None:
    example = Asset(
        id=AssetId("example"),
        kind=kind.kind,
        name=LocalizedName(en="example", zh="示例"),
        place=Point(lat=0.0, lon=0.0),
        fields=kind.example(),
    )
    made = filled(kind.source, template, rules, example)
    if made is None:
        return
    model = CameraConfig if kind.source == "camera" else SensorConfig
    try:
        parse(made.table, model, name=file)
    except ConfigError as error:
        problems.add_all(file, [replace(p, key=_key(p.key, kind, rules)) for p in error.problems])


def _key(key: str, kind: AssetKind, rules: list[RuleTemplate]) -> str:
    """As the pack's author wrote it: the rule stands under [rule], the source under its kind."""
    is_rule = bool(rules) and key.startswith("rule[0]")
    return key.replace("rule[0]", "rule", 1) if is_rule else f"{kind.kind}.{kind.source}.{key}"
