"""One decision in the making: the parts of the state as they stand half way, what was touched, and the commands so far. Local to one `decide`, never kept."""

from typing import Any

from citybrain.clock import Timestamp
from citybrain.decider.command import CancelTimer, Command, DecisionContext, Notice, Post, SetTimer
from citybrain.domain.console import Countdown
from citybrain.ids import IncidentId, OrderId, TimerId, UnitId, derived
from citybrain.vocabulary import IncidentKind
from district_node.cores.belief.incident import Incident
from district_node.cores.orders.roster import Roster
from district_node.cores.state import DistrictState
from district_node.playbook import Playbook

CITY = "city"


class Work:
    """What flows pass along. Each part is still changed by its own core; this only keeps them together while they are."""

    def __init__(self, state: DistrictState, context: DecisionContext) -> None:
        self.before = state
        self.at: Timestamp = context.at
        self.setup = state.setup
        self.starts, self.epoch, self.names = state.starts, state.epoch, state.names
        self.intake, self.agents, self.index = state.intake, state.agents, state.index
        self.incidents, self.open_slots = state.incidents, state.open_slots
        self.roster, self.promises, self.answered, self.city = (
            state.roster,
            state.promises,
            state.answered,
            state.city,
        )
        self.commands: list[Command] = []
        self.touched: dict[IncidentId, None] = {}  # in the order of touching
        self.touched_units: dict[UnitId, None] = {}
        self.served: dict[
            IncidentId, UnitId
        ] = {}  # whose last slot this unit has just served: `settle` has it verified
        self.wants_dispatch = False
        self.tells_all = (
            False  # the city's store, or ours, went back in time: tell it everything again
        )
        self._seq = context.seq
        self._names = 0
        self._playbooks: dict[IncidentKind, Playbook] | None = None

    @property
    def district(self) -> str:
        return self.setup.district

    def name(self, prefix: str) -> str:
        """A name that only this record can give."""
        self._names += 1
        return derived(prefix, self.names or self.district, self._seq, self._names - 1)

    def playbook(self, kind: IncidentKind) -> Playbook | None:
        if self._playbooks is None:
            self._playbooks = {p.kind: p for p in self.setup.playbooks}
        return self._playbooks.get(kind)

    def put(self, incident: Incident) -> None:
        self.incidents = self.incidents.put(incident.incident, incident)
        self.touched[incident.incident] = None

    def put_roster(self, roster: Roster, unit: UnitId) -> None:
        """Keep a step of the roster that concerned `unit`."""
        self.roster = roster
        self.touched_units[unit] = None

    def post(self, to: str, letter: Any) -> None:
        self.commands.append(Post(to=to, letter=letter))

    def notice(self, what: str, subject: str, detail: str = "") -> None:
        self.commands.append(Notice(what=what, subject=subject, detail=detail))

    def set_timer(self, what: str, subject: str, due: Timestamp) -> None:
        """One timer for each (what, subject): setting it again moves it."""
        self.commands.append(SetTimer(timer=timer_id(what, subject), due=due, subject=subject))

    def cancel_timer(self, what: str, subject: str) -> None:
        self.commands.append(CancelTimer(timer=timer_id(what, subject)))

    def follow_clocks(
        self, incident: IncidentId, before: tuple[Countdown, ...], after: tuple[Countdown, ...]
    ) -> None:
        """Rows for the clocks that changed."""
        had, has = {c.name: c.due for c in before}, {c.name: c.due for c in after}
        for name in had:
            if name not in has:
                self.cancel_timer(f"clock-{name}", incident)
        for name, due in has.items():
            if had.get(name) != due:
                self.set_timer(f"clock-{name}", incident, due)

    def result(self) -> tuple[DistrictState, tuple[Command, ...]]:
        state = DistrictState(
            setup=self.setup,
            starts=self.starts,
            epoch=self.epoch,
            names=self.names,
            intake=self.intake,
            agents=self.agents,
            index=self.index,
            incidents=self.incidents,
            open_slots=self.open_slots,
            roster=self.roster,
            promises=self.promises,
            answered=self.answered,
            city=self.city,
        )
        return state, tuple(self.commands)


def timer_id(what: str, subject: str) -> TimerId:
    return TimerId(f"{what}/{subject}")


def order_name(work: Work) -> OrderId:
    return OrderId(work.name("order"))


def claim_subject(incident: IncidentId, order: OrderId) -> str:
    """What the timer of a claim is about."""
    return f"{incident}|{order}"
