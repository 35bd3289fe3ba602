"""A slot has one live order or a declared surplus. What overlaps for as long as a withdrawal takes is on its way out, and no break."""

from dataclasses import dataclass

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citysim.laws.history import History
from citysim.laws.report import LawReport

LAW = "one_slot_one_order"
WITHDRAWAL_S = 20.0  # Policy.withdraw_s, and the way there and back


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How long a unit held an order; `end` None: it still does."""

    order: str
    start: Timestamp
    end: Timestamp | None


def check(history: History) -> LawReport:
    stretches, slots, surplus, last = _stretches(history), _slots(history), _surplus(history), _last(history)
    by_slot: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        for slot in sorted(slots.get(stretch.order, ())):
            by_slot.setdefault(slot, []).append(stretch)
    broken = []
    for slot, held in sorted(by_slot.items()):
        for i, one in enumerate(held):
            for other in held[i + 1 :]:
                overlap_s = _overlap_s(one, other, last)
                if one.order != other.order and overlap_s > WITHDRAWAL_S + history.clock_error_s and not surplus.get(slot, 0):
                    broken.append(f"slot {slot} had {one.order} and {other.order} live for {overlap_s:.0f} s, and no surplus was declared")
    return LawReport(law=LAW, checked=sum(map(len, by_slot.values())), broken=tuple(broken))


def _stretches(history: History) -> list[Stretch]:
    """From when to when each order was held by its unit, as the units' owners told it."""
    found = []
    for _, node in history.districts:
        open_: dict[str, tuple[str, Timestamp]] = {}
        for step, letter in node.posts("city"):
            if not isinstance(letter, UnitReport):
                continue
            held = open_.get(letter.unit)
            if held is not None and held[0] != letter.order:
                found.append(Stretch(order=held[0], start=held[1], end=step.at))
                del open_[letter.unit]
            if letter.order and letter.unit not in open_:
                open_[letter.unit] = (letter.order, step.at)
        found += [Stretch(order=order, start=start, end=None) for order, start in open_.values()]
    return sorted(found, key=lambda s: (s.start, s.order))


def _slots(history: History) -> dict[str, set[str]]:
    """order → the slots it was ever told to fill, by the incidents' owners."""
    slots: dict[str, set[str]] = {}
    for _, node in history.districts:
        for _, letter in node.posts("city"):
            if isinstance(letter, IncidentReport):
                for slot in letter.slots:
                    if slot.order:
                        slots.setdefault(slot.order, set()).add(slot.slot)
    return slots


def _surplus(history: History) -> dict[str, int]:
    """slot → the most surplus orders that its incident's owner ever declared."""
    most: dict[str, int] = {}
    for _, node in history.districts:
        for _, letter in node.posts("city"):
            if isinstance(letter, IncidentReport):
                for slot in letter.slots:
                    most[slot.slot] = max(most.get(slot.slot, 0), letter.surplus)
    return most


def _last(history: History) -> Timestamp:
    return max((node.steps[-1].at for _, node in history.districts if node.steps), default=Timestamp(0))


def _overlap_s(one: Stretch, other: Stretch, last: Timestamp) -> float:
    return seconds_between(max(one.start, other.start), min(one.end or last, other.end or last))
