"""Law 1: what an outbox let go of is in its district's journal; what a district let go of is in the city's, and the other way round."""

from collections.abc import Iterator
from typing import Any

from citybrain import canon
from citybrain.ids import DistrictId
from citybrain.outbox.marks import covered
from citysim.laws.history import History, NodeHistory, OutboxHistory
from citysim.laws.report import LawReport
from coordinator.inputs import DistrictSaid
from district_node.inputs import AgentGreeted, AgentSaid, CitySaid, ItemSpoiled

LAW = "nothing_lost"


def check(history: History) -> LawReport:
    districts = dict(history.districts)
    broken, checked = [], 0
    for district, outbox in history.outboxes:
        if district in districts:
            missing = _missing(outbox, districts[district])
            checked += outbox.next_seq - 1 - len(outbox.kept)
            broken += [f"{outbox.agent} let go of its item {seq}, and {district} never journaled it" for seq in missing]
    if history.city is not None:
        for district, node in history.districts:
            for text, count in _letters(district, node, history.city):
                checked += count
                broken += [text] if text else []
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _missing(outbox: OutboxHistory, node: NodeHistory) -> list[int]:
    """Numbers that the outbox gave and no longer keeps, and that the journal has not got (nor a gap that stands for them)."""
    journaled: set[int] = set()
    for step in node.steps:
        match step.input:
            case AgentSaid(agent=outbox.agent, incarnation=outbox.incarnation, items=items):
                for item in items:
                    span = covered(item)
                    journaled.update(range(span.first, span.last + 1))
            case AgentGreeted(hello=hello) if hello.agent == outbox.agent and hello.incarnation == outbox.incarnation:
                journaled.update(range(1, hello.lowest_kept))  # what the district never had and declared as a gap
            case ItemSpoiled(agent=outbox.agent, incarnation=outbox.incarnation, seq=seq):
                journaled.add(seq)
    return [seq for seq in range(1, outbox.next_seq) if seq not in outbox.kept and seq not in journaled]


def _letters(district: DistrictId, node: NodeHistory, city: NodeHistory) -> Iterator[tuple[str, int]]:
    """(what is broken or "", how many were looked at) for both directions between a district and the city."""
    up = [letter for _, letter in node.posts("city")]
    heard = {s.input.position: _up_letter(s.input) for s in city.steps if isinstance(s.input, DistrictSaid) and s.input.district == district}
    yield from _one_way(up, heard, dict(node.let_go).get("city", 0), f"{district} → city")
    down = [letter for _, letter in city.posts(f"district/{district}")]
    took = {s.input.position: s.input.request or s.input.progress for s in node.steps if isinstance(s.input, CitySaid)}
    yield from _one_way(down, took, dict(city.let_go).get(f"district/{district}", 0), f"city → {district}")


def _one_way(sent: list[Any], got: dict[int, Any], let_go: int, way: str) -> Iterator[tuple[str, int]]:
    for position in range(1, let_go + 1):
        if position > len(sent):
            yield f"{way}: position {position} was given, and no record gives it", 1
        elif position not in got:
            yield f"{way}: letter {position} was let go of, and never journaled", 1
        elif canon.encode(got[position]) != canon.encode(sent[position - 1]):
            yield f"{way}: letter {position} says something else than what was sent", 1
        else:
            yield "", 1


def _up_letter(said: DistrictSaid) -> Any:
    return said.incident or said.unit or said.answer or said.progress
