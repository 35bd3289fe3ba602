"""Law 2: whatever was delivered twice took effect once.

An item of an agent, a letter of a peer, an answer of a crew, an action of an operator, a report of
a person or of a foreign system.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from citybrain import canonical_json
from citybrain.decider.command import ClockSet, Notice, Post, Reply
from citybrain.domain.event import Event
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.domain.order import CORRECTED
from citybrain.vocabulary import CrewAction
from citysim.laws.history import DistrictHistory, History, ReplayedRecord
from citysim.laws.projections.letters import (
    CityRecord,
    DistrictRecord,
    ReceivedLetter,
    district_letters,
    received_by_city,
    received_by_district,
)
from citysim.laws.projections.received_items import effective_item_count, received_items
from citysim.laws.report import Findings, LawReport
from district_node.cores.decide import PASSING_REFUSALS
from district_node.inputs import (
    BatchReceived,
    CityLinkChanged,
    CrewAnswered,
    NodeStarted,
    OperatorActed,
    ReportReceived,
)
from district_node.limits import IDEMPOTENCY_REQUESTS

LAW = "nothing_twice"
REUSED = "request_reused"
NOT_BELIEVED = "not_believed"

Asked = CrewAnswered | OperatorActed | ReportReceived


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        findings.checked += len(node.projection(received_items).all)
        violations = [
            *_items(node, history.liars),
            *_new_incidents(node, history.liars),
            *_requests(findings, node),
            *_repeated_progress(node),
            *_repeated_issues(node),
            *_letters(findings, "the city", node.projection(received_by_district)),
        ]
        findings.violations += [f"{district}: {violation}" for violation in violations]
    if history.city is not None:
        for sender, letters in history.city.projection(received_by_city).items():
            violations = list(_letters(findings, sender, letters))
            findings.violations += [f"city: {violation}" for violation in violations]
    return findings.report(LAW)


def _items(node: DistrictHistory, liars: frozenset[str]) -> Iterator[str]:
    """A duplicate has no effect of its own, and as many items take effect as there are new ones.
    Of a liar's numbers any may be new."""
    received = node.projection(received_items)
    new = Counter(item.record.seq for item in received.new())
    for record in node.records_of(BatchReceived):
        if record.input.agent in liars:
            new[record.seq] = len(record.input.items)
        elif not new[record.seq] and _has_effect(record):
            yield (
                f"record {record.seq} holds only duplicates of {record.input.agent}, and has an "
                "effect all the same"
            )
    effective = node.projection(effective_item_count)
    if effective is not None and effective > sum(new.values()):
        yield f"its journal holds {sum(new.values())} different items, and {effective} took effect"


def _new_incidents(node: DistrictHistory, liars: frozenset[str]) -> Iterator[str]:
    """An event makes one incident at most, and so does what a person or foreign system reports;
    and no more area cases, which rest on other incidents and on no event."""
    new_events = Counter(
        item.record.seq
        for item in node.projection(received_items).new()
        if isinstance(item.item.content, Event)
    )
    known: set[str] = set()
    records: list[ReplayedRecord[BatchReceived | ReportReceived]] = node.records_of_any(
        BatchReceived, ReportReceived
    )
    for record in records:
        letters = [
            command.letter
            for command in record.commands
            if isinstance(command, Post) and isinstance(command.letter, IncidentReport)
        ]
        areas = {letter.incident for letter in letters if not letter.events}
        reported = {letter.incident for letter in letters} - areas
        observed = new_events[record.seq] + isinstance(record.input, ReportReceived)
        if isinstance(record.input, BatchReceived) and record.input.agent in liars:
            observed = len(record.input.items)
        if len(reported - known) > observed:
            yield (
                f"record {record.seq} made {len(reported - known)} incidents out of "
                f"{observed} new events"
            )
        if len(areas - known) > observed:
            yield f"record {record.seq} made {len(areas - known)} area cases out of {observed}"
        known |= reported | areas


def _requests(findings: Findings, node: DistrictHistory) -> Iterator[str]:
    """A repeated request is answered as before, without effect; one request does an order's step.
    Something else under a request that was used is refused, without effect.

    Requests are crews' answers, operators' actions and reports.
    """
    first: dict[tuple[str, str], tuple[Reply, Asked]] = {}
    done_by: dict[tuple[str, str], str] = {}  # (order, action) → the request that did it
    records: list[ReplayedRecord[Asked]] = node.records_of_any(
        CrewAnswered, OperatorActed, ReportReceived
    )
    for record in records:
        given = record.input
        request, sender = _request_of(given), _sender_of(given)
        reply = next((command for command in record.commands if isinstance(command, Reply)), None)
        if reply is None:
            yield f"record {record.seq} leaves {request} without a reply"
            continue
        findings.checked += 1
        before = first.get((sender, request))
        if reply.reason in PASSING_REFUSALS and before is None:
            continue  # nothing was done, and nobody has to remember it
        first.setdefault((sender, request), (reply, given))
        if before is not None:
            if _has_effect(record):
                yield f"record {record.seq} repeats {request}, and has an effect all the same"
            if given != before[1] and reply.reason == REUSED:
                continue
            if reply != before[0]:
                yield f"{request} got another reply when it was repeated in record {record.seq}"
        elif reply.done and isinstance(given, CrewAnswered):
            answer = given.answer
            if answer.action is CrewAction.FOUND:
                continue  # a crew may find more, the longer it is there
            other = done_by.setdefault((answer.order, answer.action), request)
            if other != request:
                yield f"{answer.action} of {answer.order} was done twice, by {other} and {request}"
        if (
            len(first) > IDEMPOTENCY_REQUESTS.value // 2
        ):  # the node may forget an older one, and judge it anew
            del first[next(iter(first))]


def _sender_of(given: Asked) -> str:
    """Whose request it is; a report's is everybody's."""
    return "" if isinstance(given, ReportReceived) else given.principal.name


def _request_of(given: Asked) -> str:
    match given:
        case CrewAnswered():
            return given.answer.request
        case OperatorActed():
            return given.action.request
        case ReportReceived():
            return given.report.request
        case _:
            assert_never(given)


def _has_effect(record: DistrictRecord | CityRecord) -> bool:
    """Beside a reply, or a note that nothing is taken of who says it."""
    return any(
        not isinstance(command, Reply)
        and not (type(command) is Notice and command.code == NOT_BELIEVED)
        for command in record.commands
    )


def _repeated_progress(node: DistrictHistory) -> Iterator[str]:
    """A crew's step is reported once, and so is what it says at the scene that it found: that comes
    with the stage that its order has already, and is no step. Neither is that its crew has another
    place or kind of the case, which is said with the stage that its order has, too.

    What a start or a link reports anew, because a store went back in time, is no second effect, and
    neither is what a district reports anew because a person moved its time.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for record, letter in node.projection(district_letters).progress:
        is_said_anew = isinstance(record.input, NodeStarted | CityLinkChanged | ClockSet)
        if not is_said_anew and letter.reason != CORRECTED:
            counts[letter.order, _found_by(record) or f"became {letter.stage}"] += 1
    for (order, what), times in sorted(counts.items()):
        if times > 1:
            yield f"order {order} {what} {times} times"


def _found_by(record: DistrictRecord) -> str:
    """The request by which a crew says in this record what it found; "": it says none, or takes a
    step by it."""
    given = record.input
    if isinstance(given, CrewAnswered) and given.answer.action is CrewAction.FOUND:
        return f"was found so by {given.answer.request}"
    return ""


def _repeated_issues(node: DistrictHistory) -> Iterator[str]:
    """An order goes to its crew once."""
    issued = Counter(
        command.subject
        for record in node.records
        for command in record.commands
        if type(command) is Notice and command.code == "issued"
    )
    for order, times in sorted(issued.items()):
        if times > 1:
            yield f"order {order} was issued {times} times"


def _letters(findings: Findings, sender: str, letters: Iterable[ReceivedLetter]) -> Iterator[str]:
    """A position of a log always has the same content, and takes effect once."""
    first: dict[tuple[str, int], UpLetter | DownLetter] = {}
    for letter in letters:
        findings.checked += 1
        if not letter.is_new and _has_effect(letter.record):
            yield (
                f"record {letter.record.seq} repeats letter {letter.position} of {sender}, and has "
                "an effect all the same"
            )
        if letter.letter is None:
            continue  # quarantined
        known = first.setdefault((letter.epoch, letter.position), letter.letter)
        if not _is_same(known, letter.letter):
            yield f"position {letter.position} of {sender} has two different contents"


def _is_same(one: UpLetter | DownLetter, other: UpLetter | DownLetter) -> bool:
    return (
        one is other or one == other or canonical_json.encode(one) == canonical_json.encode(other)
    )
