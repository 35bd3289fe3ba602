"""What it sets in motion that node time was moved: after a rebase every deadline keeps what was
left of it, the city gets every report anew, since deadlines are in them. What a clock rejects in a
time that nobody could use, or that is no more, may begin anew.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet, ClockStepped, Reply
from citybrain.domain.event import VisibilityInterval
from citybrain.errors import ClockNotSetError
from citybrain.node_time.rebase import Foreign, Rebase, rebase_of, rebased
from citybrain.permissions import Permission, refusal_of
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.lost_time import note_jump
from district_node.cores.incidents.contribution import Episode
from district_node.cores.incidents.incident import Incident, Watched
from district_node.cores.state import DistrictState

# by the clocks of the boxes that said so
FOREIGN: Foreign = frozenset({(Episode, "since"), (VisibilityInterval, ""), (Watched, "box_since")})
# from which deadlines are counted again at every stage: see `_moved_with_deadlines`
COUNTED_FROM: Foreign = frozenset({(Incident, "opened_at")})


def in_new_time(state: DistrictState, new_input: object, at: Timestamp) -> DistrictState:
    """The state that the input is decided on: after a rebase, in the new time."""
    if type(new_input) is not ClockSet:
        return state
    rebase = rebase_of(new_input, at)
    if rebase is None:
        return state
    return _moved_with_deadlines(rebased(state, rebase, FOREIGN | COUNTED_FROM), rebase)


def clock_set(draft: DecisionDraft, given: ClockSet) -> Reply:
    """Node time is that of this record. Raises `ClockNotSetError`."""
    refused = refusal_of(given.principal, Permission.SET_CLOCK)
    if refused is not None:
        raise ClockNotSetError(refused.reason, refused.detail)
    _move_skews(draft, given.micros)
    rebase = rebase_of(given, draft.at)
    if rebase is not None:
        draft.commands.extend(rebase.timers(given.timers))
        draft.resend_all = True
        _let_begin_anew(draft)
    elif given.micros > 0:
        note_jump(draft, given.micros)
    draft.notice("clock_set", draft.district, f"{given.action.verb} by {given.micros} us")
    return Reply(request=given.action.request, done=True)


def clock_stepped(draft: DecisionDraft, stepped: ClockStepped) -> None:
    """Node time followed a step forward, and the senders' clocks did not; one back it slews off."""
    draft.notice("clock_stepped", draft.district, str(stepped.micros))
    if stepped.micros > 0:
        _move_skews(draft, stepped.micros)
        note_jump(draft, stepped.micros)


def _moved_with_deadlines(state: DistrictState, rebase: Rebase) -> DistrictState:
    """What a crew has left is counted from an incident's opening at each of its stages: if that
    stayed where it is, the next step would make all deadlines of it over, or put them off."""
    incidents = state.incidents.put_all(
        (name, replace(incident, opened_at=Timestamp(incident.opened_at + rebase.micros)))
        for name, incident in state.incidents.items()
        if incident.opened_at is not None
    )
    return replace(state, incidents=incidents)


def _let_begin_anew(draft: DecisionDraft) -> None:
    """What was rejected because nobody confirmed it in time, and not even the time had passed."""
    for incident in draft.incidents.values():
        if (
            incident.stage is IncidentStage.REJECTED
            and not incident.ended_by_person
            and incident.changed_at >= draft.at  # it was later than that, before the rebase
        ):
            draft.put_observed(replace(incident, had_no_time=True))


def _move_skews(draft: DecisionDraft, micros: int) -> None:
    """Node time moved: until they are measured again, all clocks are off by so much less."""
    agents = draft.agents
    for name, known in agents.items():
        moved = replace(
            known,
            skew_us=known.skew_us - micros,
            skew_since=draft.at,
            skew_before_us=known.skew_us,
        )
        agents = agents.put(name, moved)
    draft.agents = agents
