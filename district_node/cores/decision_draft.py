"""One decision in the making: the parts of the state as they stand half way, which incidents and
units changed, and the commands so far. Lives for one `decide`.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import CancelTimer, Command, DecisionContext, Notice, Post, SetTimer
from citybrain.domain.console import Countdown
from citybrain.domain.event import VerificationRequest
from citybrain.domain.link import UpLetter
from citybrain.domain.order import FoundNeed
from citybrain.ids import AgentId, CaseNumber, DistrictId, IncidentId, OrderId, UnitId, derived
from citybrain.structs import Struct
from citybrain.travel.port import TravelTimes
from citybrain.vocabulary import Finding, IncidentKind
from district_node.cores.incidents.incident import Incident
from district_node.cores.numbering.case_numbers import next_number
from district_node.cores.orders.roster import Roster
from district_node.cores.state import DistrictState
from district_node.cores.timer_keys import TimerKey, TimerKind, timer_id
from district_node.playbook import NO_PLAYBOOK, UNKNOWN_PLAYBOOK, Playbook, PlaybookId

CITY = "city"


class FoundAtScene(Struct, frozen=True, kw_only=True):
    """What the crew of an order found at an incident of this district."""

    incident: IncidentId
    order: OrderId
    unit: UnitId
    finding: Finding
    needs: tuple[FoundNeed, ...]
    words: str = ""


class DecisionDraft:
    """What flows pass along. Each part is changed by its own core; this holds them together."""

    def __init__(self, state: DistrictState, context: DecisionContext, travel: TravelTimes) -> None:
        self.before, self.travel = state, travel
        self.at: Timestamp = context.at
        self._seq = context.seq
        self._begin(state)

    def _begin(self, state: DistrictState) -> None:
        self.setup = state.setup
        self.starts, self.epoch, self.id_prefix = state.starts, state.epoch, state.id_prefix
        self.in_force, self.playbooks = state.in_force, state.playbooks
        self.enrolments = state.enrolments
        self.intake, self.agents, self.index = state.intake, state.agents, state.index
        self.incidents, self.open_slots = state.incidents, state.open_slots
        self.roster, self.order_answers = state.roster, state.order_answers
        self.rule_outcomes = state.rule_outcomes
        self.idempotency, self.city = state.idempotency, state.city
        self.messages, self.hand_overs = state.messages, state.hand_overs
        self.case_numbers, self.watch_due = state.case_numbers, state.watch_due
        self.attached_files = state.attached_files
        self.commands: list[Command] = []
        self.changed_incidents: dict[IncidentId, None] = {}  # in the order of their changes
        self.changed_units: dict[UnitId, None] = {}
        # incidents whose last slot was served just now, and the unit that did: `finalize` handles
        # them
        self.fully_served: dict[IncidentId, UnitId] = {}
        # what crews found, in the order in which they said so: `finalize` acts on it
        self.findings: list[FoundAtScene] = []
        self.needs_dispatch = False
        self.resend_all = False  # the city's store, or ours, went back in time: report everything
        self._ids_given = 0

    @property
    def district(self) -> DistrictId:
        return self.setup.district

    @property
    def has_changes(self) -> bool:
        """Whether a step that ends a decision may have anything to look at."""
        before = self.before
        return bool(
            self.changed_incidents
            or self.changed_units
            or self.fully_served
            or self.findings
            or self.needs_dispatch
            or self.resend_all
            or self.roster.next_orders
            or self.roster is not before.roster
            or self.setup is not before.setup
            or self.city is not before.city
        )

    def new_id(self, prefix: str) -> str:
        """A name that only this record can give."""
        self._ids_given += 1
        return derived(prefix, self.id_prefix or self.district, self._seq, self._ids_given - 1)

    def new_case_number(self) -> CaseNumber:
        """The short number of a case that begins now."""
        self.case_numbers, number = next_number(self.case_numbers, self.setup, self.at)
        return number

    def playbook_for(self, kind: IncidentKind) -> tuple[PlaybookId, Playbook]:
        """What an incident of this kind is handled by that begins now."""
        in_force = self.in_force.get(kind)
        if in_force is None:
            return NO_PLAYBOOK, UNKNOWN_PLAYBOOK
        return in_force, self.playbooks[in_force]

    def playbook_of(self, incident: Incident) -> Playbook:
        """What the incident is handled by, from its first report to its end."""
        return self.playbooks.get(incident.playbook) or UNKNOWN_PLAYBOOK

    def put_incident(self, incident: Incident) -> None:
        self.incidents = self.incidents.put(incident.incident, incident)
        self.changed_incidents[incident.incident] = None

    def put_observed(self, incident: Incident) -> None:
        """Keep an incident of which more was observed, and nothing by which anything follows."""
        self.incidents = self.incidents.put(incident.incident, incident)

    def put_roster(self, roster: Roster, unit: UnitId) -> None:
        """Keep a step of the roster that concerned `unit`."""
        self.roster = roster
        self.changed_units[unit] = None

    def post_to_city(self, letter: UpLetter) -> None:
        self.commands.append(Post(to=CITY, letter=letter))

    def post_to_agent(self, agent: AgentId, request: VerificationRequest) -> None:
        self.commands.append(Post(to=f"agent/{agent}", letter=request))

    def notice(self, code: str, subject: str, detail: str = "") -> None:
        self.commands.append(Notice(code=code, subject=subject, detail=detail))

    def set_timer(self, kind: TimerKind, due: Timestamp, *subject: str) -> None:
        """One timer for each (kind, subject): setting it again moves it."""
        timer = timer_id(TimerKey(kind, subject))
        self.commands.append(SetTimer(timer=timer, due=due, subject=subject[0]))

    def cancel_timer(self, kind: TimerKind, *subject: str) -> None:
        self.commands.append(CancelTimer(timer=timer_id(TimerKey(kind, subject))))

    def update_clock_timers(
        self, incident: IncidentId, before: tuple[Countdown, ...], after: tuple[Countdown, ...]
    ) -> None:
        """Set and cancel the timers of the clocks that changed."""
        had, has = {c.name: c.due for c in before}, {c.name: c.due for c in after}
        for name in had:
            if name not in has:
                self.cancel_timer(TimerKind.CLOCK, incident, name)
        for name, due in has.items():
            if had.get(name) != due:
                self.set_timer(TimerKind.CLOCK, due, incident, name)

    def undo(self) -> None:
        """Nothing of what this decision changed so far has happened; what it logged stays."""
        logged: list[Command] = [one for one in self.commands if type(one) is Notice]
        self._begin(self.before)
        self.commands = logged

    def result(self) -> tuple[DistrictState, tuple[Command, ...]]:
        state = DistrictState(
            setup=self.setup,
            starts=self.starts,
            epoch=self.epoch,
            id_prefix=self.id_prefix,
            in_force=self.in_force,
            playbooks=self.playbooks,
            enrolments=self.enrolments,
            intake=self.intake,
            agents=self.agents,
            index=self.index,
            incidents=self.incidents,
            open_slots=self.open_slots,
            roster=self.roster,
            rule_outcomes=self.rule_outcomes,
            order_answers=self.order_answers,
            idempotency=self.idempotency,
            city=self.city,
            messages=self.messages,
            hand_overs=self.hand_overs,
            case_numbers=self.case_numbers,
            attached_files=self.attached_files,
            watch_due=self.watch_due,
        )
        return state, tuple(self.commands)


def new_order_id(draft: DecisionDraft) -> OrderId:
    """The id of an order that this record creates."""
    return OrderId(draft.new_id("order"))
