"""A story in sentences: what happened, numbered, with the letters in it and what was said in return. Tells what was found; finds nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from citybrain.clock import seconds_between
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citysim.explore.small.layout import BEGIN
from citysim.explore.small.moves import At, Move, Moves, Spot


def walk(moves: Moves, path: Sequence[Move]) -> tuple[Spot, ...]:
    """The spots of a story, from the beginning. Raises `KeyError` where a move is not possible."""
    spots = [moves.begin()]
    for move in path:
        spots.append(dict([*moves.wrong(spots[-1]), *moves.bound(spots[-1])])[move])
    return tuple(spots)


def tell(moves: Moves, path: Sequence[Move]) -> tuple[str, ...]:
    """One line a step."""
    spots = walk(moves, path)
    width = len(str(len(path)))
    return tuple(
        f"{i:>{width}}. {_line(moves, At(*spots[i - 1]), At(*spots[i]), move)}"
        for i, move in enumerate(path, start=1)
    )


def _line(moves: Moves, before: At, after: At, move: Move) -> str:
    said = _said(moves, before, after)
    return _SENTENCES[move[0]](moves, before, move) + (f"; says: {said}" if said else "")


def _letter(moves: Moves, before: At, move: Move) -> str:
    """The letter that a move is about."""
    way, _, how = move[0].partition(" ")
    d = moves.nodes.names.index(move[1])
    if how == "late":
        held = moves.held(before.wild)
        return _words(moves.nodes.office.letters[held.letter]) if held is not None else "nothing"
    queue = ((before.up_1, before.up_2), (before.down_1, before.down_2))[way == "down"][d]
    return _words(moves.nodes.office.letters[moves.queues.row(queue)[0]])


def _words(letter: Any) -> str:
    match letter:
        case OrderRequest(step=step, order=order, unit=unit, task=task, reason=reason):
            return f"{step} {order} ({unit} for {task.slot} v{task.slot_version})" + (
                f", because {reason}" if reason else ""
            )
        case OrderAnswer(step=step, order=order, verdict=verdict, reason=reason):
            return f"{step} {order}: {verdict}" + (f" ({reason})" if reason else "")
        case OrderProgress(order=order, stage=stage):
            return f"{order} is {stage}"
        case UnitReport(unit=unit, state=state, order=order):
            return f"{unit} is {state}" + (f" with {order}" if order else "")
        case IncidentReport(incident=incident, stage=stage, slots=slots, extra=extra):
            places = ", ".join(
                f"v{s.version} {s.state}" + (f" by {s.order}" if s.order else "") for s in slots
            )
            return f"{incident} is {stage} [{places}]" + (f", surplus {extra}" if extra else "")
    return type(letter).__name__


def _said(moves: Moves, before: At, after: At) -> str:
    """What was posted in this step: the letters that queues have more at their ends than the step left them."""
    found: list[str] = []
    queues = moves.queues
    for place in ("up_1", "up_2", "down_1", "down_2"):
        had, has = queues.row(getattr(before, place)), queues.row(getattr(after, place))
        kept = max((n for n in range(len(had) + 1) if had[len(had) - n :] == has[:n]), default=0)
        found += [_words(moves.nodes.office.letters[letter]) for letter in has[kept:]]
    return "; ".join(found)


def _time(moves: Moves, before: At, move: Move) -> str:
    nodes = (moves.nodes.city, *moves.nodes.districts)
    where = [node.name for node in nodes].index(move[1])
    timer = next(t for t in nodes[where].points[before[where]].timers if t.timer == move[2])
    return f"{move[1]}: {seconds_between(BEGIN, timer.due):g} s after the beginning the deadline {timer.timer} passes"


_SENTENCES: Mapping[str, Callable[[Moves, At, Move], str]] = {
    "up": lambda m, at, move: f"{move[1]} → city: {_letter(m, at, move)}",
    "down": lambda m, at, move: f"city → {move[1]}: {_letter(m, at, move)}",
    "up twice": lambda m, at, move: f"{move[1]} → city, and once more: {_letter(m, at, move)}",
    "down twice": lambda m, at, move: f"city → {move[1]}, and once more: {_letter(m, at, move)}",
    "up held": lambda m, at, move: (
        f"the network holds back {move[1]}'s letter: {_letter(m, at, move)}"
    ),
    "down held": lambda m, at, move: (
        f"the network holds back a letter for {move[1]}: {_letter(m, at, move)}"
    ),
    "up copied": lambda m, at, move: (
        f"the network copies {move[1]}'s letter: {_letter(m, at, move)}"
    ),
    "down copied": lambda m, at, move: (
        f"the network copies a letter for {move[1]}: {_letter(m, at, move)}"
    ),
    "up late": lambda m, at, move: f"{move[1]} → city, late: {_letter(m, at, move)}",
    "down late": lambda m, at, move: f"city → {move[1]}, late: {_letter(m, at, move)}",
    "resume": lambda m, at, move: f"{move[1]} opens its stream again",
    "notice": lambda m, at, move: f"{move[1]} and the city notice that their stream is gone",
    "cut": lambda m, at, move: f"the stream between {move[1]} and the city breaks",
    "crash": lambda m, at, move: f"{move[1]} dies, and starts again from its journal",
    "fire": _time,
    "plan": lambda m, at, move: "the planner's plan comes in",
    "alarm": lambda m, at, move: f"{move[1]}: the street tells of incident {move[2]}",
    "press": lambda m, at, move: (
        f"{move[1]}: the crew of {move[4]} presses {move[2]} for {move[3]}"
    ),
    "press twice": lambda m, at, move: (
        f"{move[1]}: the crew of {move[4]} presses {move[2]} for {move[3]} again"
    ),
    "press late": lambda m, at, move: (
        f"{move[1]}: the crew of {move[4]} presses {move[2]} for {move[3]}, which is over"
    ),
    "verb": lambda m, at, move: (
        f"{move[1]}: the operator says {move[2]} of {move[3]}"
        + (f" with {move[4]}" if move[4] else "")
    ),
}
