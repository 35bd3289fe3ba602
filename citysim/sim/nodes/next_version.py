"""The versions that follow today's, for nodes that are upgraded: cores that decide otherwise, and a
state with one field more. No law depends on what they do otherwise.
"""

import json
from typing import Any, TypeVar

from citybrain.decider.command import Command, DecisionContext, Notice, Post
from citybrain.decider.cores import Cores
from citybrain.formats import Format
from citybrain.structs import replace
from coordinator.cores.state import CityState
from district_node.cores.state import DistrictState

S = TypeVar("S")


class NextCityState(CityState, frozen=True, kw_only=True):
    """As the next version keeps it."""

    decisions: int


class NextDistrictState(DistrictState, frozen=True, kw_only=True):
    """As the next version keeps it."""

    decisions: int


NEXT_STATES: dict[type, type] = {CityState: NextCityState, DistrictState: NextDistrictState}


def next_version(today: Cores[S], number: int) -> Cores[Any]:
    """The `number`-th version after today's (from 1). All of them have the field more."""
    kind = today.state.type
    next_kind, fields = NEXT_STATES[kind], kind.__struct_fields__  # type: ignore[attr-defined]  # a struct

    def decide(state: Any, given: Any, context: DecisionContext) -> tuple[Any, tuple[Command, ...]]:
        plain = kind(**{name: getattr(state, name) for name in fields})
        after, commands = today.decide(plain, given, context)
        kept = {name: getattr(after, name) for name in fields}
        decided = next_kind(**kept, decisions=state.decisions + 1)
        if not any(isinstance(command, Post) for command in commands):
            return decided, commands  # what has no effect must not get one
        return decided, (*commands, Notice(code="decided", subject=str(number)))

    identity = replace(today.identity, fingerprint=f"next version {number}")
    initial = {name: getattr(today.initial, name) for name in fields}
    return replace(
        today,
        decide=decide,
        initial=next_kind(**initial, decisions=0),
        state=Format(next_kind, upcasters=(*today.state.upcasters, _add_decisions)),
        identity=identity,
        code=identity.text,
    )


def _add_decisions(text: bytes) -> bytes:
    return json.dumps({**json.loads(text), "decisions": 0}).encode()
