"""Laws 1 and 2 by the world's own notes: a button that a crew was told "done" for is in its district's journal, and was done there once."""

from collections import Counter

from citybrain.clock import later
from citybrain.decider.command import Reply
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.words import words
from district_node.inputs import CrewAnswered

LAW = "truly_pressed"
TOLD_S = 10.0  # a crew may be told so long after its button was journaled: by then the store may have been put back


def check(history: History) -> LawReport:
    found = Findings()
    truth = history.truth
    if truth is None:
        return found.report(LAW)
    owner = {unit: node for _, node in history.districts for unit in node.view(words).units}
    for press in truth.pressed:
        node = owner.get(press.unit)
        if node is None:
            found.accuse(
                f"{press.unit} was told that its {press.action} was done, and no district owns it"
            )
            continue
        found.checked += 1
        times = node.view(_done)[press.request]
        is_forgotten = any(
            r.node == node.name and r.back_to <= press.at <= later(r.at, TOLD_S)
            for r in truth.restored
        )
        if times == 1 or (times == 0 and is_forgotten):
            continue
        found.accuse(
            f"{press.unit} was told that its {press.action} of {press.order} was done, and {node.name} journaled it {times} times"
        )
    return found.report(LAW)


def _done(node: NodeHistory) -> Counter[str]:
    """By request: how often it was done. A repeat that was answered as before, and changed nothing, is none."""
    counted: Counter[str] = Counter()
    for step in node.inputs(CrewAnswered):
        request = step.input.answer.request
        is_done = any(isinstance(command, Reply) and command.done for command in step.commands)
        if is_done and (
            not counted[request] or any(not isinstance(command, Reply) for command in step.commands)
        ):
            counted[request] += 1
    return counted
