"""Law 1: what an outbox let go of is in its district's journal; what a district let go of is in the city's, and the other way round.

Declared losses are none: a gap of a full outbox, and what a store that was put back from a backup had forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from citybrain import canonical_json
from citybrain.clock import later
from citybrain.domain.event import VerificationRequest
from citysim.laws.history import CITY, History, NodeHistory, OutboxHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import items, items_in_effect
from citysim.laws.views.lives import restores, was_restored
from citysim.laws.views.words import Letter, heard_by_city, heard_by_district

LAW = "nothing_lost"
ANSWER_S = 60.0  # a look is answered at its deadline; the answer takes a while to come
NAMED = 5  # numbers that a sentence names; of others it says how many


def check(history: History) -> LawReport:
    found = Findings()
    nodes = dict(history.districts)
    for district, outbox in history.outboxes:
        if district in nodes:
            _numbers(found, outbox, nodes[district], is_healed=history.is_healed)
            _asked(found, outbox, nodes[district], is_healed=history.is_healed)
    for district, node in history.districts:
        found.broken += [
            f"{district}: {fault}" for fault in (*_dropped_unheard(node), *_passed_over(node))
        ]
    for node in history.nodes():
        found.broken += [f"{node.name}: {fault}" for fault in _unwritten(node)]
    if history.city is not None:
        _logs(found, history, history.city)
    return found.report(LAW)


def _numbers(found: Findings, outbox: OutboxHistory, node: NodeHistory, *, is_healed: bool) -> None:
    """Numbers that the outbox gave and no longer keeps, and that the journal has not got (nor a gap that stands for them)."""
    known = node.view(items).senders.get((outbox.agent, outbox.incarnation), ())
    found.checked += outbox.next_seq - 1 - len(outbox.kept)
    missing = [
        seq for seq in range(1, outbox.next_seq) if seq not in outbox.kept and seq not in known
    ]
    if was_restored(node) and not is_healed:
        found.unjudged += len(missing)  # it will be told with the next hello, and declared
        missing = []
    found.broken += [
        f"{outbox.agent} let go of its item {seq}, and {node.name} never journaled it"
        for seq in missing[:NAMED]
    ]
    found.broken += (
        [
            f"{outbox.agent} let go of {len(missing) - NAMED} more items that {node.name} never journaled"
        ]
        if len(missing) > NAMED
        else []
    )
    waiting = [seq for seq in sorted(outbox.kept) if seq not in known]
    if is_healed and waiting:
        found.broken.append(
            f"{outbox.agent} still keeps {len(waiting)} items that {node.name} never heard, from {waiting[0]} on"
        )


def _dropped_unheard(node: NodeHistory) -> Iterator[str]:
    """A hello tells of numbers that will never come: only a store that went back in time may not know them."""
    back = node.view(restores)
    for greeting in node.view(items).greeted:
        if greeting.missing and not any(restore.seq <= greeting.step.seq for restore in back):
            yield f"{greeting.agent} had let go of {greeting.missing} items that were never journaled here, as its hello in record {greeting.step.seq} says"


def _unwritten(node: NodeHistory) -> Iterator[str]:
    """Every letter that was decided got its position, in the transaction of its record."""
    for peer, given in node.rows.given if node.rows is not None and not node.unjudged else ():
        decided = len(node.posts(peer))
        if decided != given:
            yield f"its records decide {decided} letters for {peer}, and its store gave {given} positions"


def _passed_over(node: NodeHistory) -> Iterator[str]:
    """What is in the journal took effect: as many items as there are different ones."""
    took_effect, journaled = node.view(items_in_effect), sum(1 for _ in node.view(items).new())
    if took_effect is not None and took_effect < journaled:
        yield f"its journal holds {journaled} different items, and {journaled - took_effect} of them took no effect"


def _asked(found: Findings, outbox: OutboxHistory, node: NodeHistory, *, is_healed: bool) -> None:
    """Requests: what the district let go of is in the agent's book, and every one is answered in the end."""
    said = node.view(items)
    if said.incarnations.get(outbox.agent, [outbox.incarnation]) != [outbox.incarnation]:
        return  # its book went with its outbox
    letters = [
        (step, letter)
        for step, letter in node.posts(f"agent/{outbox.agent}")
        if isinstance(letter, VerificationRequest)
    ]
    let_go, in_book = (
        dict(node.let_go).get(f"agent/{outbox.agent}", 0),
        max((upto for _, upto in outbox.asked), default=0),
    )
    found.checked += let_go
    if let_go > in_book:
        found.broken.append(
            f"{node.name} let go of its request {let_go} to {outbox.agent}, whose book ends at {in_book}"
        )
    if (
        not is_healed
        or was_restored(node)
        or any(hearing.item.gap for hearing in said.new() if hearing.agent == outbox.agent)
    ):
        return
    answered = {
        hearing.item.verification.request
        for hearing in said.heard
        if hearing.item.verification is not None
    }
    for _, asked in letters:
        if asked.request not in answered and later(asked.deadline, ANSWER_S) < node.steps[-1].at:
            found.broken.append(
                f"{outbox.agent} was asked {asked.request} by {node.name} and never answered"
            )


def _logs(found: Findings, history: History, city: NodeHistory) -> None:
    up = city.view(heard_by_city)
    for district, node in history.districts:
        heard, took = up.get(district, []), node.view(heard_by_district)
        _one_way(
            found,
            _Way(f"{district} → {CITY}", node, city, CITY, heard),
            is_healed=history.is_healed,
        )
        _one_way(
            found,
            _Way(f"{CITY} → {district}", city, node, f"district/{district}", took),
            is_healed=history.is_healed,
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """One direction of a link: whose log for which peer, and what the other side heard of it."""

    name: str
    sender: NodeHistory
    receiver: NodeHistory
    peer: str
    heard: list[Letter]


def _one_way(found: Findings, way: _Way, *, is_healed: bool) -> None:
    sent = [letter for _, letter in way.sender.posts(way.peer)]
    let_go = dict(way.sender.let_go).get(way.peer, 0)
    got: dict[int, list[Any]] = {}
    for letter in way.heard:
        if letter.is_new:  # one that came behind a later one is journaled, and does nothing
            got.setdefault(letter.position, []).append(letter.letter)
    forgotten = _forgotten(way)
    for position in range(1, (max(let_go, len(sent)) if is_healed else let_go) + 1):
        found.checked += 1
        if position > len(sent):
            found.broken.append(
                f"{way.name}: position {position} was given, and no record gives it"
            )
        elif any(_is_same(heard, sent[position - 1]) for heard in got.get(position, ())):
            continue
        elif any(first < position < last for first, last in forgotten):
            found.unjudged += 1
        elif position in got:
            found.broken.append(
                f"{way.name}: letter {position} says something else than what was sent"
            )
        else:
            found.broken.append(
                f"{way.name}: letter {position} was {'let go of' if position <= let_go else 'sent'}, and never taken"
            )


def _forgotten(way: _Way) -> list[tuple[float, float]]:
    """Between what the receiver's backup had heard of this log and what came first after it was put back: heard in a life that is gone."""
    holes, new = [], [letter for letter in way.heard if letter.is_new]
    for restore in way.receiver.view(restores):
        after = next((letter for letter in new if letter.step.seq >= restore.seq), None)
        epoch = (
            after.epoch if after is not None else way.sender.epoch or (new[-1].epoch if new else "")
        )
        before = [
            letter.position
            for letter in new
            if letter.step.seq < restore.seq and letter.epoch == epoch
        ]
        holes.append(
            (
                float(before[-1]) if before else 0.0,
                float(after.position) if after is not None else float("inf"),
            )
        )
    return holes


def _is_same(heard: Any, sent: Any) -> bool:
    return bool(heard == sent) or canonical_json.encode(heard) == canonical_json.encode(sent)
