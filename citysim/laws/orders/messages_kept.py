"""What is written to a crew of another district is shown to it once, and its writer learns what
became of it.

Each district sends a message as it was written, however often; the unit's owner shows it as it was
written, and once. When everything is at rest and no store went back in time, a message whose order
is over was read, or is said not to have reached its crew; and both districts know of the same
reading and the same answers.
"""

from collections import Counter
from collections.abc import Iterator

from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import OrderMessage
from citysim.laws.history import CITY, DistrictHistory, History
from citysim.laws.orders.agreement import is_under_way
from citysim.laws.projections.store_restores import was_restored
from citysim.laws.report import Findings, LawReport
from district_node.cores import messages
from district_node.cores.orders.roster import has_ended

LAW = "messages_kept"


def check(history: History) -> LawReport:
    findings = Findings()
    written: dict[str, OrderMessage] = {}
    for _, node in history.districts:
        for violation in _sent(findings, node, written):
            findings.add_violation(violation)
    for _, node in history.districts:
        for violation in _shown(findings, node, written):
            findings.add_violation(violation)
    if not history.is_final or history.city is None:
        return findings.report(LAW)
    nodes = history.nodes()
    if history.is_partial or any(map(was_restored, nodes)) or is_under_way(history, history.city):
        findings.inconclusive += len(written)
        return findings.report(LAW)
    for violation in _settled(findings, history, written):
        findings.add_violation(violation)
    return findings.report(LAW)


def _sent(
    findings: Findings, node: DistrictHistory, written: dict[str, OrderMessage]
) -> Iterator[str]:
    """A message that is sent again says the same as before."""
    for record, letter in node.letters_to(CITY):
        if not isinstance(letter, OrderMessage):
            continue
        findings.checked += 1
        before = written.setdefault(letter.message, letter)
        if _words(before) != _words(letter):
            yield f"{node.name} sent {letter.message} otherwise in record {record.seq} than before"


def _shown(
    findings: Findings, node: DistrictHistory, written: dict[str, OrderMessage]
) -> Iterator[str]:
    """Once, and as it was written, where its writer's journal is known."""
    shown = [one for one in _kept(node) if messages.is_shown_here(one)]
    for name, times in Counter(one.message for one in shown).items():
        if times > 1:
            yield f"{node.name} shows {name} {times} times"
    for one in shown:
        findings.checked += 1
        said = written.get(one.message)
        if said is not None and (said.unit, said.order, said.text) != (
            one.unit,
            one.order,
            one.text,
        ):
            yield f"{node.name} shows {one.message} otherwise than it was written"


def _settled(
    findings: Findings, history: History, written: dict[str, OrderMessage]
) -> Iterator[str]:
    """What its writer knows of each message that both still keep."""
    shown = {
        one.message: one
        for _, node in history.districts
        for one in _kept(node)
        if messages.is_shown_here(one)
    }
    live = {order for _, node in history.districts for order in _live_orders(node)}
    for _, node in history.districts:
        for one in _kept(node):
            if one.message not in written or not messages.is_written_here(one):
                continue
            findings.checked += 1
            if messages.is_pending(one) and one.order not in live:
                yield f"{node.name} never learned what became of {one.message}"
            there = shown.get(one.message)
            if there is not None and _outcome(one) != _outcome(there):
                yield f"{node.name} and the crew's district know otherwise of {one.message}"


def _kept(node: DistrictHistory) -> Iterator[CrewMessage]:
    for some in node.state.messages.values() if node.state is not None else ():
        yield from some


def _live_orders(node: DistrictHistory) -> Iterator[str]:
    for order in node.state.roster.orders.values() if node.state is not None else ():
        if not has_ended(order):
            yield order.order


def _words(message: OrderMessage) -> tuple[str, ...]:
    return message.order, message.unit, message.actor, message.text


def _outcome(message: CrewMessage) -> tuple[bool, list[str]]:
    return message.read_at is not None, [one.text for one in message.replies]
