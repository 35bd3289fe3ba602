"""Law 1: what an outbox discarded is in its district's journal.

What a district discarded of its letters is in the city's journal, and the other way round.
Declared losses are no violation: a gap of a full outbox, and what a store that was restored from
a backup had forgotten.
"""

from collections.abc import Iterator

from citybrain import canonical_json
from citybrain.clock import later
from citybrain.domain.event import Gap, VerificationRequest, VerificationResult
from citybrain.structs import Struct
from citysim.laws.history import (
    CITY,
    AnyNodeHistory,
    CityHistory,
    DistrictHistory,
    History,
    Letter,
    OutboxHistory,
)
from citysim.laws.projections.letters import (
    ReceivedLetter,
    received_by_city,
    received_by_district,
)
from citysim.laws.projections.received_items import effective_item_count, received_items
from citysim.laws.projections.store_restores import store_restores, was_restored
from citysim.laws.report import Findings, LawReport
from coordinator.inputs import LetterRefusedByDistrict
from district_node.inputs import LetterRefusedByCity

LAW = "nothing_lost"
ANSWER_S = 60.0  # a request is answered at its deadline; the answer takes a while to arrive
NAMED = 5  # so many lost numbers get a sentence each; the others are counted


def check(history: History) -> LawReport:
    findings = Findings()
    nodes = dict(history.districts)
    for district, outbox in history.outboxes:
        if district in nodes:
            _check_items(findings, outbox, nodes[district], is_recovered=history.is_recovered)
            _check_requests(findings, outbox, nodes[district], is_recovered=history.is_recovered)
    for district, node in history.districts:
        violations = (
            *_undeclared_hello_gaps(node, history.liars),
            *_items_without_effect(node, history.liars),
        )
        findings.violations += [f"{district}: {violation}" for violation in violations]
    for any_node in history.nodes():
        name = any_node.name
        findings.violations += [f"{name}: {violation}" for violation in _unstored(any_node)]
    if history.city is not None:
        _check_letters(findings, history, history.city)
    return findings.report(LAW)


def _check_items(
    findings: Findings, outbox: OutboxHistory, node: DistrictHistory, *, is_recovered: bool
) -> None:
    """Every number that the outbox gave and discarded is journaled, by itself or in a gap."""
    journaled = node.projection(received_items).senders.get((outbox.agent, outbox.incarnation), ())
    findings.checked += outbox.next_seq - 1 - len(outbox.unacknowledged_seqs)
    missing = [
        seq
        for seq in range(1, outbox.next_seq)
        if seq not in outbox.unacknowledged_seqs and seq not in journaled
    ]
    if was_restored(node) and not is_recovered:
        findings.inconclusive += len(missing)  # declared with the next hello
        missing = []
    findings.violations += [
        f"{outbox.agent} discarded its item {seq}, and {node.name} never journaled it"
        for seq in missing[:NAMED]
    ]
    if len(missing) > NAMED:
        findings.add_violation(
            f"{outbox.agent} discarded {len(missing) - NAMED} more items that {node.name} never "
            "journaled"
        )
    waiting = [seq for seq in sorted(outbox.unacknowledged_seqs) if seq not in journaled]
    if is_recovered and waiting:
        findings.add_violation(
            f"{outbox.agent} still keeps {len(waiting)} items that {node.name} never received, "
            f"from {waiting[0]} on"
        )


def _undeclared_hello_gaps(node: DistrictHistory, liars: frozenset[str]) -> Iterator[str]:
    """A hello that skips numbers: only a store that went back in time may not know them."""
    restored = node.projection(store_restores)
    for gap in node.projection(received_items).hello_gaps:
        if gap.agent in liars:
            continue
        if gap.missing and not any(restore.seq <= gap.seq for restore in restored):
            yield (
                f"{gap.agent} had discarded {gap.missing} items that were never journaled here, as "
                f"its hello in record {gap.seq} says"
            )


def _unstored(node: AnyNodeHistory) -> Iterator[str]:
    """Every letter that was decided got its position, in the transaction of its record."""
    if node.rows is None or node.foreign_records:
        return
    for peer, last_position in node.rows.last_positions:
        decided = len(node.letters_to(peer))
        if decided != last_position:
            yield (
                f"its records decide {decided} letters for {peer}, and its store assigned "
                f"{last_position} positions"
            )


def _items_without_effect(node: DistrictHistory, liars: frozenset[str]) -> Iterator[str]:
    """As many items took effect as there are different ones in the journal. A liar's may or may
    not: which of its numbers are believed is another law's."""
    effective = node.projection(effective_item_count)
    new = node.projection(received_items).new()
    journaled = sum(item.agent not in liars for item in new)
    if effective is not None and effective < journaled:
        yield (
            f"its journal holds {journaled} different items, and {journaled - effective} of them "
            "took no effect"
        )


def _check_requests(
    findings: Findings, outbox: OutboxHistory, node: DistrictHistory, *, is_recovered: bool
) -> None:
    """What the district discarded of its requests is noted in the outbox; all are answered."""
    received = node.projection(received_items)
    if received.incarnations.get(outbox.agent, [outbox.incarnation]) != [outbox.incarnation]:
        return  # the notes went with an earlier outbox
    peer = f"agent/{outbox.agent}"
    discarded = dict(node.discarded).get(peer, 0)
    noted = max((upto for _, upto in outbox.asked), default=0)
    findings.checked += discarded
    if discarded > noted:
        findings.add_violation(
            f"{node.name} discarded its request {discarded} to {outbox.agent}, whose notes end at "
            f"{noted}"
        )
    has_gaps = any(
        isinstance(item.item.content, Gap) for item in received.new() if item.agent == outbox.agent
    )
    if not is_recovered or was_restored(node) or has_gaps:
        return
    contents = [item.item.content for item in received.all]
    answered = {content.request for content in contents if isinstance(content, VerificationResult)}
    for _, request in node.letters_to(peer):
        if not isinstance(request, VerificationRequest) or request.request in answered:
            continue
        if later(request.deadline, ANSWER_S) < node.records[-1].at:
            findings.add_violation(
                f"{outbox.agent} was asked {request.request} by {node.name} and never answered"
            )


class _Log(Struct, frozen=True, kw_only=True):
    """One direction of a link: the sender's log for `peer`, and what the other side received."""

    name: str
    sender: AnyNodeHistory
    receiver: AnyNodeHistory
    peer: str
    received: list[ReceivedLetter]
    refused: frozenset[int]  # positions that the sender journaled to be refused by the receiver


def _check_letters(findings: Findings, history: History, city: CityHistory) -> None:
    received = city.projection(received_by_city)
    for district, node in history.districts:
        up = _Log(
            name=f"{district} → {CITY}",
            sender=node,
            receiver=city,
            peer=CITY,
            received=received.get(district, []),
            refused=frozenset(r.input.position for r in node.records_of(LetterRefusedByCity)),
        )
        down = _Log(
            name=f"{CITY} → {district}",
            sender=city,
            receiver=node,
            peer=f"district/{district}",
            received=node.projection(received_by_district),
            refused=frozenset(
                r.input.position
                for r in city.records_of(LetterRefusedByDistrict)
                if r.input.district == district
            ),
        )
        _check_log(findings, up, is_recovered=history.is_recovered)
        _check_log(findings, down, is_recovered=history.is_recovered)


def _check_log(findings: Findings, log: _Log, *, is_recovered: bool) -> None:
    sent = [letter for _, letter in log.sender.letters_to(log.peer)]
    discarded = dict(log.sender.discarded).get(log.peer, 0)
    received: dict[int, list[ReceivedLetter]] = {}
    for letter in log.received:
        if letter.is_new:  # one that came behind a later one is journaled, and has no effect
            received.setdefault(letter.position, []).append(letter)
    forgotten = _forgotten(log)
    for position in range(1, (max(discarded, len(sent)) if is_recovered else discarded) + 1):
        findings.checked += 1
        if position > len(sent):
            findings.add_violation(
                f"{log.name}: position {position} was assigned, and no record assigns it"
            )
        elif any(_is_same(letter, sent[position - 1]) for letter in received.get(position, ())):
            continue
        elif any(first < position < last for first, last in forgotten):
            findings.inconclusive += 1
        elif any(letter.letter is None for letter in received.get(position, ())):
            if position not in log.refused:  # else it is declared at both ends
                findings.add_violation(
                    f"{log.name}: letter {position} was quarantined, and its sender does not say so"
                )
        elif position in received:
            findings.add_violation(
                f"{log.name}: letter {position} was received with another content than it was sent"
            )
        else:
            what = "discarded" if position <= discarded else "sent"
            findings.add_violation(f"{log.name}: letter {position} was {what}, and never received")


def _forgotten(log: _Log) -> list[tuple[float, float]]:
    """The positions that a restored receiver may have received before its restore, and forgotten.

    Each pair lies between the last position in the backup and the first that came after it.
    """
    holes, new = [], [letter for letter in log.received if letter.is_new]
    for restore in log.receiver.projection(store_restores):
        after = next((letter for letter in new if letter.record.seq >= restore.seq), None)
        if after is not None:
            epoch = after.epoch
        else:
            epoch = log.sender.epoch or (new[-1].epoch if new else "")
        before = [
            letter.position
            for letter in new
            if letter.record.seq < restore.seq and letter.epoch == epoch
        ]
        first = float(before[-1]) if before else 0.0
        holes.append((first, float(after.position) if after is not None else float("inf")))
    return holes


def _is_same(received: ReceivedLetter, sent: Letter) -> bool:
    letter = received.letter
    return letter == sent or canonical_json.encode(letter) == canonical_json.encode(sent)
