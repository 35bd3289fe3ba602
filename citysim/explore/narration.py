"""A run in sentences: what happened, numbered, with the letters in it and what was posted in
return."""

import json
from collections.abc import Sequence
from typing import assert_never

from citybrain.clock import seconds_between
from citybrain.domain.event import VerificationRequest
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport
from citybrain.domain.order import (
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.page import PageLetter
from citybrain.domain.unit import UnitReport
from citysim.explore.model.actions import Action, ActionKind
from citysim.explore.model.global_state import GlobalState, StateFields
from citysim.explore.model.node_states import Letter
from citysim.explore.model.transition_system import TransitionSystem
from citysim.explore.model.worlds import START


def replay(system: TransitionSystem, path: Sequence[Action]) -> tuple[GlobalState, ...]:
    """The states of a run, from the initial one. Raises `KeyError` where an action is not
    possible."""
    states = [system.initial_state()]
    for action in path:
        states.append(dict([*system.faults(states[-1]), *system.progress(states[-1])])[action])
    return tuple(states)


def describe(system: TransitionSystem, path: Sequence[Action]) -> tuple[str, ...]:
    """One line a step."""
    states = [StateFields(*state) for state in replay(system, path)]
    narrator, width = _Narrator(system), len(str(len(path)))
    return tuple(
        f"{i:>{width}}. {narrator.line(states[i - 1], states[i], action)}"
        for i, action in enumerate(path, start=1)
    )


class _Narrator:
    def __init__(self, system: TransitionSystem) -> None:
        self._system = system

    def line(self, before: StateFields, after: StateFields, action: Action) -> str:
        posted = self._posted(before, after)
        return self._sentence(before, action) + (f"; posts: {posted}" if posted else "")

    def _sentence(self, before: StateFields, action: Action) -> str:
        kind, name, *rest = ActionKind(action[0]), *action[1:]
        letter = self._letter(before, kind, name)
        match kind:
            case ActionKind.START:
                return f"{name} starts"
            case ActionKind.RESUME:
                return f"{name} opens its stream again"
            case ActionKind.DISCONNECT:
                return f"the stream between {name} and the city breaks"
            case ActionKind.DETECT_LOSS:
                return f"{name} and the city detect that their stream is gone"
            case ActionKind.DELIVER_UP:
                return f"{name} → city: {letter}"
            case ActionKind.DELIVER_DOWN:
                return f"city → {name}: {letter}"
            case ActionKind.DUPLICATE_UP:
                return f"{name} → city, twice: {letter}"
            case ActionKind.DUPLICATE_DOWN:
                return f"city → {name}, twice: {letter}"
            case ActionKind.HOLD_UP:
                return f"the network holds back {name}'s letter: {letter}"
            case ActionKind.HOLD_DOWN:
                return f"the network holds back a letter for {name}: {letter}"
            case ActionKind.COPY_UP:
                return f"the network copies {name}'s letter: {letter}"
            case ActionKind.COPY_DOWN:
                return f"the network copies a letter for {name}: {letter}"
            case ActionKind.DELIVER_HELD_UP:
                return f"{name} → city, late: {letter}"
            case ActionKind.DELIVER_HELD_DOWN:
                return f"city → {name}, late: {letter}"
            case ActionKind.CRASH:
                return f"{name} dies, and starts again from its journal"
            case ActionKind.FIRE_TIMER:
                return self._deadline(before, name, rest[0])
            case ActionKind.DELIVER_PLAN:
                return "the planner's plan arrives"
            case ActionKind.INCIDENT_EVENT:
                return f"{name}: an agent reports incident {rest[0]}"
            case ActionKind.CREW:
                return f"{name}: the crew of {rest[2]} presses {rest[0]} for {rest[1]}"
            case ActionKind.CREW_AGAIN:
                return f"{name}: the crew of {rest[2]} presses {rest[0]} for {rest[1]} again"
            case ActionKind.CREW_LATE:
                return (
                    f"{name}: the crew of {rest[2]} presses {rest[0]} for {rest[1]}, which is over"
                )
            case ActionKind.CREW_READY:
                return f"{name}: the crew of {rest[0]} says that it is there"
            case ActionKind.OPERATOR:
                unit = f" with {rest[2]}" if rest[2] else ""
                return f"{name}: the operator does {rest[0]} on {rest[1]}{unit}"
            case _:
                assert_never(kind)

    def _letter(self, before: StateFields, kind: ActionKind, name: str) -> str:
        """The letter that an action is about; "": about none."""
        system, nodes = self._system, self._system.nodes
        match kind:
            case ActionKind.DELIVER_HELD_UP | ActionKind.DELIVER_HELD_DOWN:
                held = system.unordered.held(before.held_letter)
                return _summary(nodes.letters.letter(held.letter)) if held is not None else ""
            case (
                ActionKind.DELIVER_UP
                | ActionKind.DUPLICATE_UP
                | ActionKind.HOLD_UP
                | ActionKind.COPY_UP
            ):
                queues = (before.up_1, before.up_2)
            case (
                ActionKind.DELIVER_DOWN
                | ActionKind.DUPLICATE_DOWN
                | ActionKind.HOLD_DOWN
                | ActionKind.COPY_DOWN
            ):
                queues = (before.down_1, before.down_2)
            case _:
                return ""
        first = system.queues.first(queues[nodes.names.index(name)])
        return _summary(nodes.letters.letter(first))

    def _posted(self, before: StateFields, after: StateFields) -> str:
        """What was posted in this step: the letters that queues have more at their ends than the
        step left them."""
        posted: list[str] = []
        letters, queues = self._system.nodes.letters, self._system.queues
        for old, new in (
            (before.up_1, after.up_1),
            (before.up_2, after.up_2),
            (before.down_1, after.down_1),
            (before.down_2, after.down_2),
        ):
            had, has = queues.letters(old), queues.letters(new)
            kept = max(n for n in range(len(had) + 1) if had[len(had) - n :] == has[:n])
            posted += [_summary(letters.letter(number)) for number in has[kept:]]
        return "; ".join(posted)

    def _deadline(self, before: StateFields, name: str, timer_id: str) -> str:
        nodes = self._system.nodes.all()
        place = [node.name for node in nodes].index(name)
        timer = next(t for t in nodes[place].states[before[place]].timers if t.timer == timer_id)
        kind, subject = json.loads(timer.timer)
        after_s = seconds_between(START, timer.due)
        of = f" of {', '.join(subject)}" if subject else ""
        return f"{name}: the deadline {kind}{of} passes, {after_s:g} s after the start"


def _summary(letter: Letter) -> str:
    match letter:
        case OrderRequest(step=step, order=order, unit=unit, task=task, reason=reason):
            why = f", because {reason}" if reason else ""
            return f"{step} {order} ({unit} for {task.slot} v{task.slot_version}){why}"
        case OrderAnswer(step=step, order=order, verdict=verdict, reason=reason):
            return f"{step} {order}: {verdict}" + (f" ({reason})" if reason else "")
        case OrderProgress(order=order, stage=stage):
            return f"{order} is {stage}"
        case OrderMessage(message=message, order=order):
            return f"{message} for the crew of {order}"
        case MessageReceipt(message=message, read_at=read_at, not_reached=not_reached):
            shown = "is with its crew" if read_at is None else "was read"
            return f"{message} {f'did not reach its crew: {not_reached}' if not_reached else shown}"
        case UnitReport(unit=unit, state=state):
            return f"{unit} is {state}" + (f" with {letter.order}" if letter.order else "")
        case SourcesReport(cameras=cameras, cameras_blind=blind):
            return f"{blind} of {cameras} cameras are blind"
        case IncidentReport(incident=incident, stage=stage, slots=slots, extra=extra):
            states = ", ".join(
                f"v{s.version} {s.state}" + (f" by {s.order}" if s.order else "") for s in slots
            )
            return f"{incident} is {stage} [{states}]" + (f", extra {extra}" if extra else "")
        case VerificationRequest(incident=incident):
            return f"verify {incident}"
        case PageLetter(person=person, channel=channel, incident=incident):
            return f"call {person} by {channel} about {incident}"
        case _:
            assert_never(letter)
