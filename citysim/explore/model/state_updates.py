"""A global state after one node took an input: its new state, and its letters in the queues."""

from citybrain.journal.port import Timer
from citysim.explore.model.global_state import GlobalState, Queues, StateFields
from citysim.explore.model.node_states import Successor
from citysim.explore.model.nodes import Nodes
from coordinator.cores import timer_keys


class StateUpdates:
    def __init__(self, nodes: Nodes, queues: Queues) -> None:
        self._nodes, self._queues = nodes, queues

    def after_city(self, state: GlobalState, step: Successor, budget: int) -> GlobalState:
        """A plan that is on its way is the one that the city awaits then."""
        _, first, second, up_1, up_2, down_1, down_2, link_1, link_2, _, _, held_letter = state
        city, (to_first, to_second) = step
        return (
            city,
            first,
            second,
            up_1,
            up_2,
            self._queues.appended(down_1, to_first),
            self._queues.appended(down_2, to_second),
            link_1,
            link_2,
            self._nodes.awaited_plan(city),
            budget,
            held_letter,
        )

    def after_district(self, state: GlobalState, d: int, step: Successor) -> GlobalState:
        district, (up,) = step
        fields = StateFields(*state)
        if d == 0:
            up_1 = self._queues.appended(fields.up_1, up)
            return tuple(fields._replace(first=district, up_1=up_1))
        return tuple(fields._replace(second=district, up_2=self._queues.appended(fields.up_2, up)))

    def after_city_timer(self, state: GlobalState, due: Timer, budget: int) -> GlobalState:
        """When the city waited for a plan for too long it requests another, and the old one counts
        no more."""
        before = StateFields(*state)
        after = self.after_city(state, self._nodes.city.fire(before.city, due), budget)
        if due.timer == timer_keys.REPLAN or not before.plan:
            return after
        return tuple(StateFields(*after)._replace(plan=before.plan))
