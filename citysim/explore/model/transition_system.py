"""What can happen next in a small world, and where it leads: the network, the faults and the
people, over the states of three nodes.

Almost everything that happens concerns the city and one district. What can happen there depends on
their two states, their link and the letters in it alone (a `LocalState`), and is computed once.
"""

import sys
from collections.abc import Iterator
from functools import partial

from citysim.explore.model.actions import DELIVERIES, Action, ActionKind
from citysim.explore.model.budget import BUDGET_INDEX, EXHAUSTED, Budget, BudgetTable
from citysim.explore.model.global_state import (
    BEFORE_THE_START,
    BROKEN,
    GlobalState,
    LocalKey,
    LocalState,
    Queues,
    StateFields,
)
from citysim.explore.model.law_monitor import conflict
from citysim.explore.model.link_model import LinkModel
from citysim.explore.model.local_transition import LocalTransition, LocalTransitions
from citysim.explore.model.node_states import ASCENDING, Numbering
from citysim.explore.model.nodes import CITY, Nodes
from citysim.explore.model.state_updates import StateUpdates
from citysim.explore.model.unordered_network import UnorderedNetwork
from citysim.explore.model.worlds import SmallWorld
from district_node.inputs import DistrictInput

# that come back in one run. Only an unordered network can make the city plan for ever: out of an
# old report that overtook a new one
MAX_PLANS = 12
CRASHES, DELAYS, REORDERINGS = (BUDGET_INDEX[n] for n in ("crashes", "delays", "reorderings"))

Transition = tuple[Action, GlobalState]


class TransitionSystem:
    """The rules of one small world.

    The states after local transitions are written out twice: a call for each would cost a tenth of
    a search.
    """

    def __init__(
        self,
        world: SmallWorld,
        budget: Budget,
        *,
        extends: "TransitionSystem | None" = None,
        numbering: Numbering = ASCENDING,
    ) -> None:
        """`extends`: rules of the same world whose node states and queues these go on with."""
        self.world, self.budget, self.numbering = world, budget, numbering
        self.nodes: Nodes = extends.nodes if extends is not None else Nodes(world, numbering)
        self.queues: Queues = extends.queues if extends is not None else Queues()
        self.updates = StateUpdates(self.nodes, self.queues)
        self.unordered = UnorderedNetwork(self.nodes, self.queues, self.updates)
        self._transitions = LocalTransitions(self.nodes, self.queues)
        self._link = LinkModel(self.nodes, self.queues, self._transitions)
        self._budgets = BudgetTable(budget)
        self._local_progress: dict[LocalKey, tuple[LocalTransition, ...]] = {}
        self._local_faults: dict[LocalKey, tuple[LocalTransition, ...]] = {}
        self._violations: dict[tuple[int, int, int], str] = {}
        self._max_plans = sys.maxsize if numbering.is_exact else MAX_PLANS

    def initial_state(self) -> GlobalState:
        """Everything is up, connected, and the city knows the units and the incidents that it is to
        know."""
        return self.opening_steps()[-1][1]

    def opening_steps(self) -> tuple[Transition, ...]:
        """The steps that lead to the initial state."""
        state = self.updates.after_city(BEFORE_THE_START, self.nodes.start_city(0), 0)
        steps: list[Transition] = [((ActionKind.START, CITY), state)]
        for d, name in enumerate(self.nodes.names):
            state = self.updates.after_district(state, d, self.nodes.start_district(d, 0))
            steps.append(((ActionKind.START, name), state))
            joint = self.nodes.connect(d, state[0], state[1 + d])
            state = self.updates.after_city(state, joint.city, 0)
            state = self.updates.after_district(state, d, joint.district)
            steps.append(((ActionKind.RESUME, name), state))
        steps += self._deliveries(state, *DELIVERIES)
        for d, name in enumerate(self.nodes.names):
            for number in range(1, self.world.known_incidents[d] + 1):
                action = (ActionKind.INCIDENT_EVENT, name, str(number))
                steps.append((action, dict(self.progress(steps[-1][1]))[action]))
                steps += self._deliveries(steps[-1][1], ActionKind.DELIVER_UP)
        return tuple(steps)

    def progress(self, state: GlobalState) -> list[Transition]:
        """What will happen sooner or later. Nothing: the world is quiescent until time passes."""
        city, first, second, up_1, up_2, down_1, down_2, link_1, link_2, plan, budget, held = state
        append = self.queues.appended
        steps: list[Transition] = [
            (
                t.action,
                (
                    t.city,
                    t.district,
                    second,
                    t.up,
                    up_2,
                    t.down,
                    append(down_2, t.to_other),
                    t.link,
                    link_2,
                    plan or t.plan,
                    budget,
                    held,
                ),
            )
            for t in self._progress_of((0, city, first, up_1, down_1, link_1))
        ]
        steps += [
            (
                t.action,
                (
                    t.city,
                    first,
                    t.district,
                    up_1,
                    t.up,
                    append(down_1, t.to_other),
                    t.down,
                    link_1,
                    t.link,
                    plan or t.plan,
                    budget,
                    held,
                ),
            )
            for t in self._progress_of((1, city, second, up_2, down_2, link_2))
        ]
        if plan and self.nodes.city.states[city].seq <= self._max_plans:
            planned = self.nodes.deliver_plan(city, plan)
            after = self.updates.after_city(state, planned, budget)
            steps.append(((ActionKind.DELIVER_PLAN, CITY), after))
        if held:
            steps += self.unordered.deliver(state)
        return steps

    def faults(self, state: GlobalState) -> list[Transition]:
        """What may go wrong, as long as the budget has some of it left."""
        city, first, second, up_1, up_2, down_1, down_2, link_1, link_2, plan, budget, held = state
        if self._budgets.is_spent(budget):
            return []
        append, spend = self.queues.appended, self._budgets.spend
        fields = StateFields(*state)
        steps = [*self._city_faults(fields), *self._reorderings(fields)]
        for t in self._faults_of((0, city, first, up_1, down_1, link_1)):
            if (rest := spend(budget, t.cost)) != EXHAUSTED:
                after = (
                    t.city,
                    t.district,
                    second,
                    t.up,
                    up_2,
                    t.down,
                    append(down_2, t.to_other),
                    t.link,
                    link_2,
                    plan or t.plan,
                    rest,
                    held,
                )
                steps.append((t.action, after))
        for t in self._faults_of((1, city, second, up_2, down_2, link_2)):
            if (rest := spend(budget, t.cost)) != EXHAUSTED:
                after = (
                    t.city,
                    first,
                    t.district,
                    up_1,
                    t.up,
                    append(down_1, t.to_other),
                    t.down,
                    link_1,
                    t.link,
                    plan or t.plan,
                    rest,
                    held,
                )
                steps.append((t.action, after))
        return steps

    def violation(self, state: GlobalState) -> str:
        """Which law the observations of the run that led here break; "": none."""
        nodes = self.nodes
        city = nodes.city.states[state[0]]
        first, second = nodes.districts[0].states[state[1]], nodes.districts[1].states[state[2]]
        key = (city.monitor_id, first.monitor_id, second.monitor_id)
        known = self._violations.get(key)
        if known is None:
            districts = (first.monitor, second.monitor)
            known = self._violations[key] = (
                city.monitor.violation
                or first.monitor.violation
                or second.monitor.violation
                or conflict(city.monitor, districts)
            )
        return known

    def after_next_timer(self, state: GlobalState, node: int) -> GlobalState:
        """The world after the earliest deadline of one node (0: the city), which costs nothing
        here."""
        if node == 0:
            due = self.nodes.city.due(state[0])[0]
            return self.updates.after_city_timer(state, due, StateFields(*state).budget)
        model, number = self.nodes.districts[node - 1], state[node]
        fired = model.fire(number, model.due(number)[0])
        return self.updates.after_district(state, node - 1, fired)

    # between the city and one district

    def _progress_of(self, key: LocalKey) -> tuple[LocalTransition, ...]:
        known = self._local_progress.get(key)
        if known is None:
            local = LocalState(*key)
            known = self._local_progress[key] = (
                *self._link.deliveries(local),
                *self._people(local, is_bound=True),
            )
        return known

    def _faults_of(self, key: LocalKey) -> tuple[LocalTransition, ...]:
        known = self._local_faults.get(key)
        if known is None:
            local = LocalState(*key)
            known = self._local_faults[key] = (
                *self._link.duplicates(local),
                *self._people(local, is_bound=False),
                *self._link.disconnections(local),
                *self._district_faults(local),
            )
        return known

    def _people(self, local: LocalState, *, is_bound: bool) -> Iterator[LocalTransition]:
        model, steps = self.nodes.districts[local.d], self.world.crew_steps
        for each in self.nodes.local_actions(local.d, local.district, crew_steps=steps):
            if is_bound != bool(each.cost):
                step = model.successor(local.district, each.action, partial(_itself, each.input))
                yield self._transitions.make(local, each.action, each.cost, district=step)

    def _district_faults(self, local: LocalState) -> Iterator[LocalTransition]:
        """The district dies after any of its records and is up again; its time goes on to its next
        deadline before anything else reaches it."""
        model = self.nodes.districts[local.d]
        started = self.nodes.start_district(local.d, local.district)
        crash = (ActionKind.CRASH, model.name)
        yield self._transitions.make(local, crash, "crashes", district=started, link=BROKEN)
        for due in model.due(local.district):
            fired = model.fire(local.district, due)
            action = (ActionKind.FIRE_TIMER, model.name, due.timer)
            yield self._transitions.make(local, action, "delays", district=fired)

    # the city, and an unordered network

    def _city_faults(self, fields: StateFields) -> Iterator[Transition]:
        """It dies, with every stream and with the plan it awaits; its time goes on to its next
        deadline."""
        if (rest := self._budgets.spend(fields.budget, CRASHES)) != EXHAUSTED:
            broken = fields._replace(link_1=fields.link_1 or BROKEN, link_2=fields.link_2 or BROKEN)
            started = self.nodes.start_city(fields.city)
            yield (ActionKind.CRASH, CITY), self.updates.after_city(broken, started, rest)
        if (rest := self._budgets.spend(fields.budget, DELAYS)) != EXHAUSTED:
            for due in self.nodes.city.due(fields.city):
                after = self.updates.after_city_timer(fields, due, rest)
                yield (ActionKind.FIRE_TIMER, CITY, due.timer), after

    def _reorderings(self, fields: StateFields) -> Iterator[Transition]:
        rest = self._budgets.spend(fields.budget, REORDERINGS)
        if not fields.held_letter and rest != EXHAUSTED:
            yield from self.unordered.hold(fields, rest)

    def _deliveries(self, state: GlobalState, *kinds: ActionKind) -> list[Transition]:
        """The steps until every letter in flight has arrived."""
        steps: list[Transition] = []
        while waiting := [
            step for step in self.progress(steps[-1][1] if steps else state) if step[0][0] in kinds
        ]:
            steps.append(waiting[0])
        return steps


def _itself(given: DistrictInput) -> DistrictInput:
    return given
