"""Law 2: whatever was delivered twice took effect once. An item of an agent, a letter of a peer, a button of a crew, an action of an operator."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from citybrain import canonical_json
from citybrain.decider.command import Notice, Post, Reply
from citybrain.domain.incident import IncidentReport
from citysim.laws.history import History, NodeHistory, Step
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import items, items_in_effect
from citysim.laws.views.words import Letter, heard_by_city, heard_by_district, words
from district_node.inputs import (
    BatchReceived,
    CityLinkChanged,
    CrewAnswered,
    NodeStarted,
    OperatorActed,
)
from district_node.limits import ANSWERED

LAW = "nothing_twice"


def check(history: History) -> LawReport:
    found = Findings()
    for district, node in history.districts:
        found.checked += len(node.view(items).heard)
        faults = [
            *_items(node),
            *_presses(found, node),
            *_progress(node),
            *_issues(node),
            *_letters(found, "the city", node.view(heard_by_district)),
        ]
        found.broken += [f"{district}: {fault}" for fault in faults]
    if history.city is not None:
        for sender, letters in history.city.view(heard_by_city).items():
            found.broken += [f"city: {fault}" for fault in _letters(found, sender, letters)]
    return found.report(LAW)


def _items(node: NodeHistory) -> list[str]:
    """Every item once: whatever is a duplicate gives no command of its own, and so many items took effect as there are different ones."""
    heard, faults = node.view(items), list[str]()
    new = Counter(hearing.step.seq for hearing in heard.new())
    beginnings = Counter(
        hearing.step.seq for hearing in heard.new() if hearing.item.event is not None
    )
    named: set[str] = set()
    for step in node.inputs(BatchReceived):
        if not new[step.seq] and _acts(step):
            faults.append(
                f"record {step.seq} holds only duplicates of {step.input.agent}, and something was done all the same"
            )
        reports = {
            command.letter.incident
            for command in step.commands
            if isinstance(command, Post) and isinstance(command.letter, IncidentReport)
        }
        if len(reports - named) > beginnings[step.seq]:
            faults.append(
                f"record {step.seq} made {len(reports - named)} incidents out of {beginnings[step.seq]} new events"
            )
        named |= reports
    took_effect = node.view(items_in_effect)
    if took_effect is not None and took_effect > sum(new.values()):
        faults.append(
            f"its journal holds {sum(new.values())} different items, and {took_effect} took effect"
        )
    return faults


def _presses(found: Findings, node: NodeHistory) -> list[str]:
    """A repeated request is answered as before and does nothing; a step of an order is done by one request."""
    faults, first, done_by = list[str](), dict[str, Reply](), dict[tuple[str, str], str]()
    for step in node.inputs(CrewAnswered, OperatorActed):
        is_crews = isinstance(step.input, CrewAnswered)
        given = step.input.answer if is_crews else step.input.action
        reply = next((command for command in step.commands if isinstance(command, Reply)), None)
        if reply is None:
            faults.append(f"record {step.seq} leaves {given.request} without an answer")
            continue
        found.checked += 1
        before = first.get(given.request)
        first.setdefault(given.request, reply)
        if before is not None:
            if _acts(step):
                faults.append(
                    f"record {step.seq} repeats {given.request}, and something was done all the same"
                )
            if reply != before:
                faults.append(
                    f"{given.request} was answered otherwise when it was repeated in record {step.seq}"
                )
        elif reply.done and is_crews:
            other = done_by.setdefault((given.order, given.action), given.request)
            if other != given.request:
                faults.append(
                    f"{given.action} of {given.order} was done twice, by {other} and by {given.request}"
                )
        if len(first) > ANSWERED.value // 2:  # an older one may be forgotten, and is judged anew
            del first[next(iter(first))]
    return faults


def _acts(step: Step) -> bool:
    return any(not isinstance(command, Reply) for command in step.commands)


def _progress(node: NodeHistory) -> list[str]:
    """A crew's step is told once, but for what a start or a link tells anew because a store went back: twice would be one effect too many."""
    progress = [
        letter
        for step, letter in node.view(words).progress
        if not isinstance(step.input, NodeStarted | CityLinkChanged)
    ]
    told = Counter((letter.order, letter.stage) for letter in progress)
    return [
        f"order {order} became {stage} {times} times"
        for (order, stage), times in sorted(told.items())
        if times > 1
    ]


def _issues(node: NodeHistory) -> list[str]:
    """An order goes to its crew once."""
    issued = Counter(
        command.subject
        for step in node.steps
        for command in step.commands
        if type(command) is Notice and command.what == "issued"
    )
    return [
        f"order {order} was issued {times} times"
        for order, times in sorted(issued.items())
        if times > 1
    ]


def _letters(found: Findings, sender: str, letters: Iterable[Letter]) -> list[str]:
    """A position of a log always says the same, and takes effect once (None: a letter that no core could decide was passed over)."""
    faults, first = list[str](), dict[tuple[str, int], Any]()
    for letter in letters:
        found.checked += 1
        if not letter.is_new and _acts(letter.step):
            faults.append(
                f"record {letter.step.seq} repeats letter {letter.position} of {sender}, and something was done all the same"
            )
        if letter.letter is None:
            continue
        known = first.setdefault((letter.epoch, letter.position), letter.letter)
        if (
            known is not letter.letter
            and known != letter.letter
            and canonical_json.encode(known) != canonical_json.encode(letter.letter)
        ):
            faults.append(f"position {letter.position} of {sender} says two different things")
    return faults
