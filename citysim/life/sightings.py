"""The source that an agent observes a kind of event with: the pack's own rule, filled for one box
and read by the street agent's own models; and whether that rule would see what is simulated.
"""

from citybrain.clock import Timestamp
from citybrain.config.load import parse
from citybrain.errors import ConfigError
from citybrain.geo import Point
from citybrain.ids import SourceId
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset, AssetId
from citybrain.pack.pack import NO_TABLE
from citybrain.pack.problems import Problems
from citybrain.pack.source_tables import filled
from citybrain.vocabulary import Severity
from citysim.life.values import CAMERA, CameraSighting, KindLife, SensorLevel
from street_agent.config import CameraConfig, SensorConfig
from street_agent.scene.observation import SensorReading
from street_agent.scene.rules.table import RULE_KINDS

NOWHERE = Point(lat=0.0, lon=0.0)


def source_config(
    life: KindLife, source: SourceId, place: Point, *, severity: Severity, update_s: float
) -> CameraConfig | SensorConfig:
    """The `[[camera]]` or `[[sensor]]` of a box at `place`; raises `ConfigError`."""
    asset = Asset(
        id=AssetId(source),
        kind=life.rule.asset,
        name=LocalizedName(en=source, zh=source),
        place=place,
        fields=life.fields,
    )
    made = filled(life.source, life.source_table, [life.rule], asset)
    rules = made.table.get("rule") if made is not None else None
    # without the rule where the asset lacks a field of it: its reader says what is missing
    rule = rules[0] if isinstance(rules, list) and rules else {}
    table = {
        **(made.table if made is not None else NO_TABLE),
        "rule": [{**rule, "severity": severity, "update_s": update_s}],
    }
    name = f"a simulated {life.source} of {life.kind}"
    if life.source == CAMERA:
        return parse(table, CameraConfig, name=name)
    return parse(table, SensorConfig, name=name)


def check_sighting(file: str, key: str, life: KindLife, problems: Problems) -> bool:
    """Whether the rule can be read and would see what the source gives; faults go to `problems`."""
    wanted = CAMERA if isinstance(life.sighting, CameraSighting) else "sensor"
    if life.source != wanted:
        problems.add(
            file,
            f"{key}.{wanted}",
            f"a {life.rule.asset} is watched by a {life.source or 'nothing'}",
            f"Write {life.source} = {{ … }} in its place." if life.source else "Add its source.",
        )
        return False
    severity = life.severities[0][0]
    try:
        config = source_config(
            life, SourceId("simulated"), NOWHERE, severity=severity, update_s=20.0
        )
    except ConfigError as error:
        problems.add_all(f"{file}: {key} with {life.rule.file}", error.problems)
        return False
    if isinstance(config, SensorConfig) and isinstance(life.sighting, SensorLevel):
        return _check_level(file, f"{key}.sensor", config, life.sighting, problems)
    return True


def _check_level(
    file: str, key: str, config: SensorConfig, level: SensorLevel, problems: Problems
) -> bool:
    """From rest the rule must see the alarm, and after the alarm that it is over."""
    before = len(problems.found)
    low, high = config.range
    rests = (level.resting - level.sway, level.resting + level.sway)
    alarms = (level.alarm - level.sway, level.alarm + level.sway)
    for value in (*rests, *alarms):
        if not low <= value <= high:
            problem = f"{value:g} is outside the sensor's range ({low:g} to {high:g})"
            problems.add(file, key, problem, "Give values inside, or widen the range.")
    if not all(_is_present(config, value) for value in alarms):
        remedy = "Give a value beyond the rule's threshold, with the sway."
        problems.add(file, f"{key}.alarm", "the rule does not see it", remedy)
    if any(_is_present(config, alarm, value) for alarm in alarms for value in rests):
        remedy = "Give a value on the other side of the rule's threshold, with the sway."
        problems.add(file, f"{key}.resting", "the rule takes it for the condition", remedy)
    if config.stuck_s > 0 and level.sway == 0:
        problem = "it is missing, and the sensor counts as stuck when its value stays the same"
        problems.add(file, f"{key}.sway", problem, "Give a little sway, or stuck_s = 0.")
    return len(problems.found) == before


def _is_present(config: SensorConfig, *values: float) -> bool:
    """What the rule says of the last of these values."""
    rule = config.rule[0]
    kind, settings = RULE_KINDS[rule.kind_name], rule.settings()
    state, is_present = kind.start(settings), False
    for value in values:
        reading = SensorReading(at=Timestamp(0), observed_s=1.0, value=value)
        state, condition = kind.observe(settings, state, reading, False)
        is_present = condition.present
    return is_present
