"""Bugs of what people and foreign systems report: linking, repeating, ending, permission."""

from typing import Any

from citybrain.clock import later
from district_node.cores import decide
from district_node.cores.flows import incident_steps, reports, timers
from district_node.cores.incidents import correlate
from district_node.cores.incidents.contribution import ForeignReport
from district_node.cores.state import IdempotencyCache
from district_node.cores.timer_keys import TimerKind
from district_node.inputs import ReportReceived
from mutants.mutant import Mutant, all_of, patch_attribute


def _confirmed_only(report_received: Any) -> Any:
    """A report that joins a known incident is confirmed, and the incident stays as it was."""

    def received(draft: Any, given: Any) -> Any:
        incidents = draft.incidents
        reply = report_received(draft, given)
        if reply.subject in incidents:
            draft.incidents = draft.incidents.put(reply.subject, incidents[reply.subject])
        return reply

    return received


def _case_not_linked(link: Any) -> Any:
    def link_(index: Any, incident: Any, contribution: Any) -> Any:
        if isinstance(contribution, ForeignReport):
            return index
        return link(index, incident, contribution)

    return link_


def _all_clear_themselves(_clears_itself: Any) -> Any:
    return lambda incident: incident.live_count == 0


def _over_at_once(report_received: Any) -> Any:
    """A report waits for nobody, as an incident whose last episode ended long ago."""

    def received(draft: Any, given: Any) -> Any:
        reply = report_received(draft, given)
        if reply.done:
            draft.set_timer(TimerKind.SELF_CLEAR, later(draft.at, 1.0), reply.subject)
        return reply

    return received


def _camera_is_asked(best_episode: Any) -> Any:
    """Where no camera saw it, the first one that any incident knows is asked."""

    def best_episode_(draft: Any, incident: Any) -> Any:
        own = best_episode(draft, incident)
        if own is not None:
            return own
        others = (best_episode(draft, other) for other in draft.incidents.values())
        return next((episode for episode in others if episode is not None), None)

    return best_episode_


def _nothing_refused(_refusal_of: Any) -> Any:
    return lambda _principal, _permission: None


def _not_cached(reply_once: Any) -> Any:
    """A report meets no earlier reply, and leaves none."""

    def reply_once_(draft: Any, asked: Any) -> None:
        kept = draft.idempotency
        if isinstance(asked, ReportReceived):
            draft.idempotency = IdempotencyCache()
        reply_once(draft, asked)
        if isinstance(asked, ReportReceived):
            draft.idempotency = kept

    return reply_once_


def _never_recurs(_is_recurrence: Any) -> Any:
    return lambda _before, _incident, _contribution: False


MUTANTS = (
    Mutant(
        name="report_only_confirmed",
        bug="A report of a known incident is confirmed, and leaves no trace in it.",
        laws=("ground_truth_reports",),
        plant=patch_attribute(reports, "report_received", _confirmed_only),
    ),
    Mutant(
        name="case_not_linked",
        bug="A foreign case that is described again, at another place, opens a second incident.",
        laws=("ground_truth_reports",),
        plant=patch_attribute(correlate, "link", _case_not_linked),
    ),
    Mutant(
        name="report_request_not_cached",
        bug="A report's request is not cached: sent twice it counts twice.",
        laws=("ground_truth_reports", "nothing_twice"),
        plant=patch_attribute(decide, "_reply_once", _not_cached),
    ),
    Mutant(
        name="report_clears_itself",
        bug="What a person reported is over at once, as what a camera saw end long ago.",
        laws=("verified_closing",),
        plant=all_of(
            patch_attribute(timers, "clears_itself", _all_clear_themselves),
            patch_attribute(reports, "report_received", _over_at_once),
        ),
    ),
    Mutant(
        name="camera_verifies_unseen",
        bug="A camera that never saw an incident is asked whether it is over.",
        laws=("verified_closing",),
        plant=patch_attribute(incident_steps, "_best_episode", _camera_is_asked),
    ),
    Mutant(
        name="report_never_reopens",
        bug="A report of what is handled or closed joins it, and nobody is sent.",
        laws=("ground_truth_reports",),
        plant=patch_attribute(reports, "_is_recurrence", _never_recurs),
    ),
    Mutant(
        name="report_permission_not_asked",
        bug="Whoever reports is not asked for a name.",
        laws=("ground_truth_reports",),
        plant=patch_attribute(reports, "refusal_of", _nothing_refused),
    ),
)
