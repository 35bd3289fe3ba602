"""Law 2: whatever was delivered twice took effect once. An item of an agent, a letter of a peer, a crew's button."""

from collections import Counter
from typing import Any

from citybrain import canon
from citybrain.domain.order import OrderProgress
from citybrain.reactor.command import Reply
from citysim.laws.history import History, NodeHistory, Step
from citysim.laws.report import LawReport
from coordinator.inputs import DistrictSaid
from district_node.cores import intake
from district_node.inputs import AgentGreeted, AgentSaid, CityLink, CitySaid, ItemSpoiled, NodeStarted

LAW = "nothing_twice"


def check(history: History) -> LawReport:
    checked, broken = 0, list[str]()
    for district, node in history.districts:
        counted, faults = _items(node)
        checked += counted
        broken += [f"{district}: {fault}" for fault in faults]
        broken += [f"{district}: {fault}" for fault in _progress(node)]
        heard = [(f"city/{epoch}", said.position, said.request or said.progress) for epoch, said in _of_the_city(node)]
        broken += [f"{district}: {fault}" for fault in _positions(heard)]
    if history.city is not None:
        told = [
            (f"{said.district}/{said.epoch}", said.position, said.incident or said.unit or said.answer or said.progress) for said in _of_districts(history.city)
        ]
        checked += len(told)
        broken += [f"city: {fault}" for fault in _positions(told)]
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _items(node: NodeHistory) -> tuple[int, list[str]]:
    """Every item once: a number is fresh at most once per sender, and whatever is a duplicate gives no command of its own."""
    marks, fresh, faults = intake.Intake(), Counter[tuple[str, int, int]](), list[str]()
    for step in node.steps:
        match step.input:
            case AgentSaid() as said:
                marks, news = intake.take(marks, said)
                fresh.update((said.agent, said.incarnation, item.seq) for item in news)
                if not news and _acts(step):
                    faults.append(f"record {step.seq} holds only duplicates of {said.agent}, and something was done all the same")
            case AgentGreeted(hello=hello):
                marks, _ = intake.greet(marks, hello)
            case ItemSpoiled() as spoiled:
                marks = intake.spoil(marks, spoiled)
    faults += [f"item {seq} of {agent} took effect {times} times" for (agent, _, seq), times in sorted(fresh.items()) if times > 1]
    return len(fresh), faults


def _of_districts(city: NodeHistory) -> list[DistrictSaid]:
    return [step.input for step in city.steps if isinstance(step.input, DistrictSaid)]


def _of_the_city(node: NodeHistory) -> list[tuple[str, CitySaid]]:
    """The city's letters, each with the epoch of the log it stands in."""
    epoch, found = "", list[tuple[str, CitySaid]]()
    for step in node.steps:
        if isinstance(step.input, CityLink):
            epoch = step.input.epoch or epoch
        elif isinstance(step.input, CitySaid):
            found.append((epoch, step.input))
    return found


def _acts(step: Step) -> bool:
    return any(not isinstance(command, Reply) for command in step.commands)


def _progress(node: NodeHistory) -> list[str]:
    """A crew's step is told once, but for what a start or a link tells anew because a store went back: twice would be one effect too many."""
    posts = [(step, letter) for step, letter in node.posts("city") if isinstance(letter, OrderProgress) and not isinstance(step.input, NodeStarted | CityLink)]
    told = Counter((letter.order, letter.stage) for _, letter in posts)
    return [f"order {order} became {stage} {times} times" for (order, stage), times in sorted(told.items()) if times > 1]


def _positions(told: list[tuple[str, int, Any]]) -> list[str]:
    """A position of a peer's log always says the same (None: a letter that no core could decide was passed over)."""
    first: dict[tuple[str, int], bytes] = {}
    faults = []
    for sender, position, letter in told:
        if letter is None:
            continue
        text = canon.encode(letter)
        if first.setdefault((sender, position), text) != text:
            faults.append(f"position {position} of {sender} says two different things")
    return faults
