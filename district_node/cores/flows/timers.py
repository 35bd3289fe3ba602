"""What a deadline sets in motion, by the first part of the timer's name. A firing whose subject has moved on does nothing."""

from collections.abc import Callable

from citybrain.clock import later
from citybrain.decider.command import TimerFired
from citybrain.ids import IncidentId, OrderId
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.belief import correlate
from district_node.cores.belief.incident import Incident, is_over, wants_help
from district_node.cores.belief.lifecycle import note
from district_node.cores.flows import case
from district_node.cores.flows.city import forget_order
from district_node.cores.flows.follow import lapse
from district_node.cores.flows.settle import has_own_unit_for
from district_node.cores.orders import slots
from district_node.cores.work import Work
from district_node.limits import CLAIM_RETRY, KEEP_OVER, KEEP_OVER_MAX
from district_node.playbook import SelfClear


def timer_fired(work: Work, fired: TimerFired) -> None:
    what = fired.timer.split("/", 1)[0]
    TIMERS[what](work, fired.subject)


def _confirm(work: Work, subject: str) -> None:
    incident = _running(work, subject, "confirm")
    if incident is not None:
        case.reject(work, incident, who=case.PLAYBOOK, reason="not_confirmed")


def _dispatch(work: Work, subject: str) -> None:
    incident = _running(work, subject, "dispatch")
    if incident is not None:
        case.escalate(work, incident, reason="dispatch_clock")


def _arrive(work: Work, subject: str) -> None:
    incident = _running(work, subject, "arrive")
    if incident is not None:
        case.escalate(work, incident, reason="arrive_clock")


def _handle(work: Work, subject: str) -> None:
    incident = _running(work, subject, "handle")
    if incident is not None:
        work.put(note(incident, "overdue", work.at, who=case.PLAYBOOK, reason="handle_clock"))


def _nothing(work: Work, subject: str) -> None:
    """A clock that is shown and moves nothing: each look has a deadline of its own."""


def _look(work: Work, subject: str) -> None:
    """The camera did not answer in time: a person is waited for; a late clear still counts."""
    incident = work.incidents.get(IncidentId(subject))
    if (
        incident is not None
        and incident.look is not None
        and not incident.look.late
        and incident.look.deadline <= work.at
    ):
        incident = replace(incident, look=replace(incident.look, late=True))
        work.put(
            note(
                incident,
                "overdue",
                work.at,
                who=f"{incident.agent}/{incident.source}",
                reason="verify_clock",
            )
        )


def _quiet(work: Work, subject: str) -> None:
    """The condition has been over for long enough: by the playbook, nobody need go there."""
    incident = work.incidents.get(IncidentId(subject))
    playbook = work.playbook(incident.kind) if incident is not None else None
    if (
        incident is None
        or playbook is None
        or incident.live > 0
        or not case.is_settling(incident)
        or slots.on_scene(incident)
    ):
        return
    if playbook.closes.self_clear is SelfClear.VERIFY:
        case.handle(
            work, incident, who=f"{incident.agent}/{incident.source}", reason="self_cleared"
        )


def _escalate(work: Work, subject: str) -> None:
    incident = work.incidents.get(IncidentId(subject))
    if (
        incident is not None
        and any(s.state is SlotState.OPEN and not s.from_city for s in incident.slots)
        and wants_help(incident)
    ):
        case.escalate(work, incident, reason="no_own_unit")


def _guard(work: Work, subject: str) -> None:
    incident = work.incidents.get(IncidentId(subject))
    if incident is not None and is_over(incident):
        work.index = correlate.leave(work.index, incident)
        work.set_timer("forget", subject, later(work.at, KEEP_OVER.value))


def _forget(work: Work, subject: str) -> None:
    """Off the screen; while its condition still goes on it stays, so that the end is not taken for news."""
    incident = work.incidents.get(IncidentId(subject))
    if incident is None or not is_over(incident):
        return
    if incident.live > 0 and work.at < later(incident.changed_at, KEEP_OVER_MAX.value):
        work.set_timer("forget", subject, later(work.at, KEEP_OVER.value))
        return
    work.index = correlate.forget(work.index, incident)
    work.incidents = work.incidents.drop(incident.incident)


def _stray(work: Work, subject: str) -> None:
    if work.index.episodes.get(subject) == correlate.EARLY_END:
        work.index = replace(work.index, episodes=work.index.episodes.drop(subject))


def _reservation(work: Work, subject: str) -> None:
    lapse(work, OrderId(subject))


def _claim(work: Work, subject: str) -> None:
    """A claim's time is over: the slot is taken back where an own unit could go; otherwise the city's order may still come."""
    name, order = subject.split("|", 1)
    incident = work.incidents.get(IncidentId(name))
    slot = slots.slot_of_order(incident, OrderId(order)) if incident is not None else None
    if incident is None or slot is None or slot.state is not SlotState.CLAIMED:
        return
    if has_own_unit_for(work, incident, slot):
        work.put(
            note(
                slots.retake(incident, slot),
                "retaken",
                work.at,
                who=case.PLAYBOOK,
                reason="claim_expired",
            )
        )
    else:
        work.set_timer("claim", subject, later(work.at, CLAIM_RETRY.value))


def _forget_order(work: Work, subject: str) -> None:
    forget_order(work, OrderId(subject))


def _running(work: Work, subject: str, clock: str) -> Incident | None:
    incident = work.incidents.get(IncidentId(subject))
    if incident is None or incident.stage is IncidentStage.DEFERRED:
        return None
    return incident if any(c.name == clock and c.due <= work.at for c in incident.clocks) else None


TIMERS: dict[str, Callable[[Work, str], None]] = {
    "clock-confirm": _confirm,
    "clock-dispatch": _dispatch,
    "clock-arrive": _arrive,
    "clock-handle": _handle,
    "clock-verify": _nothing,
    "look": _look,
    "quiet": _quiet,
    "escalate": _escalate,
    "guard": _guard,
    "forget": _forget,
    "stray": _stray,
    "reservation": _reservation,
    "claim": _claim,
    "order-forget": _forget_order,
}
