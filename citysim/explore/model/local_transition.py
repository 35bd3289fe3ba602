"""Transitions that concern the city and one district: what they leave behind."""

from typing import NamedTuple

from citysim.explore.model.actions import Action
from citysim.explore.model.budget import BUDGET_INDEX
from citysim.explore.model.global_state import LocalState, Queues
from citysim.explore.model.node_states import Successor
from citysim.explore.model.nodes import NOTHING_DOWN, NOTHING_UP, Nodes

NO_COST = -1


class LocalTransition(NamedTuple):
    """One thing that can happen between the city and a district, and what comes of it."""

    action: Action
    cost: int  # index of what it spends; `NO_COST`: it is bound to happen
    city: int
    district: int
    up: int
    down: int
    link: int
    to_other: tuple[int, ...]  # letters that the city posts to the other district
    plan: int  # that the city requests then


class LocalTransitions:
    """Makes them."""

    def __init__(self, nodes: Nodes, queues: Queues) -> None:
        self._nodes, self._queues = nodes, queues

    def make(
        self,
        local: LocalState,
        action: Action,
        cost: str = "",
        *,
        city: Successor | None = None,
        district: Successor | None = None,
        link: int | None = None,
    ) -> LocalTransition:
        """From `local`, whose queues are without what is delivered. A plan that is requested is
        made at once, out of what the city knows then; it may come as late as it likes."""
        city_after, down = city if city is not None else (local.city, NOTHING_DOWN)
        district_after, up = district if district is not None else (local.district, NOTHING_UP)
        return LocalTransition(
            action,
            BUDGET_INDEX[cost] if cost else NO_COST,
            city_after,
            district_after,
            self._queues.appended(local.up, up[0]),
            self._queues.appended(local.down, down[local.d]),
            link if link is not None else local.link,
            down[1 - local.d],
            self._nodes.awaited_plan(city_after),
        )
