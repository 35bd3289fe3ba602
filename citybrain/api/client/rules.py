"""Rules as a node counts them, as a screen's values."""

from citybrain.api.v1 import rule_pb2 as pb
from citybrain.structs import Struct


class CountedRule(Struct, frozen=True, kw_only=True):
    """How often a rule of a camera or sensor was right. `precision` None: nothing shows it."""

    source: str  # what people call it
    rule: str
    kind: str
    fixed: int
    gone: int
    false_alarm: int
    other: int  # neither real nor a false alarm
    precision: float | None


def counted_rule_of(rule: pb.Rule) -> CountedRule:
    return CountedRule(
        source=rule.source_name or f"{rule.agent}/{rule.source}",
        rule=rule.rule,
        kind=rule.kind,
        fixed=rule.fixed,
        gone=rule.gone,
        false_alarm=rule.false_alarm,
        other=rule.duplicate + rule.not_ours + rule.not_verifiable,
        precision=rule.precision if rule.HasField("precision") else None,
    )
