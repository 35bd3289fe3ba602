"""The list of rules by what became of their incidents, the least right first."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from citybrain.api.lists.conditions import is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.source import rule_id, rule_message
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from citybrain.vocabulary import Disposition
from district_node.api.sources import nameless
from district_node.cores.incidents.contribution import agent_label
from district_node.cores.incidents.correlate import RuleKey
from district_node.cores.incidents.rule_outcomes import OutcomesByRule, RuleOutcomes, precision
from district_node.cores.state import DistrictState


class RuleRow(NamedTuple):
    """A rule and what became of its incidents."""

    key: RuleKey
    outcomes: RuleOutcomes


def rule_list(
    state: Callable[[], DistrictState], name_of: Callable[[str], str] = nameless
) -> PublicList[RuleRow]:
    """The list over the state that `state` gives. `name_of`: what people call a source, by the
    label of histories."""
    made_of: OutcomesByRule | None = None
    rows: Mapping[str, RuleRow] = {}

    def items() -> Mapping[str, RuleRow]:
        nonlocal made_of, rows
        known = state().rule_outcomes
        if known is not made_of:  # they change when an incident ends
            before = rows
            found = {_id(key): RuleRow(key, one) for key, one in known.unordered().items()}
            made_of, rows = (
                known,
                {name: _same(before.get(name), row) for name, row in found.items()},
            )
        return rows

    def row(one: RuleRow, _: Timestamp) -> PublicMessage:
        return _row(one, name_of(agent_label(one.key.agent, one.key.source)))

    return PublicList(collection=RULES, items=items, row=row, detail=row)


def _same(before: RuleRow | None, row: RuleRow) -> RuleRow:
    """The row that was shown, where nothing of it is another: the feed compares by identity."""
    return before if before is not None and before.outcomes is row.outcomes else row


def _id(key: RuleKey) -> str:
    return rule_id(agent=key.agent, source=key.source, rule=key.rule, kind=key.kind)


def _row(row: RuleRow, source_name: str) -> PublicMessage:
    key, known = row
    return rule_message(
        agent=key.agent,
        source=key.source,
        rule=key.rule,
        kind=key.kind,
        outcomes={
            Disposition.FIXED: known.fixed,
            Disposition.GONE: known.gone,
            Disposition.FALSE_ALARM: known.false_alarm,
            Disposition.DUPLICATE: known.duplicate,
            Disposition.NOT_OURS: known.not_ours,
            Disposition.NOT_VERIFIABLE: known.not_verifiable,
        },
        precision=precision(known),
        last_ended_at=known.at,
        source_name=source_name,
    )


def _precision(row: RuleRow) -> float:
    """A rule of which nothing is known stands last."""
    share = precision(row.outcomes)
    return 2.0 if share is None else share


RULES: Collection[RuleRow] = Collection(
    name="rules",
    orders={
        "precision": lambda row, _: (_precision(row),),
        "last_ended_at": lambda row, _: (row.outcomes.at,),
        "id": lambda row, _: (_id(row.key),),
    },
    filters={
        "agent": is_word(lambda row: row.key.agent),
        "source": is_word(lambda row: row.key.source),
        "rule": is_word(lambda row: row.key.rule),
        "kind": is_word(lambda row: row.key.kind),
    },
    text=lambda row: _id(row.key),
)
