"""Law 1 by the world's own notes: every number that an agent's outbox ever gave is kept or journaled, whatever the outbox itself says.

And it gave each once: what comes under a number that was given before is taken for a repeat, and is lost.
"""

from collections import Counter

from citysim.laws.history import History
from citysim.laws.report import Findings, LawReport
from citysim.laws.truth import Truth
from citysim.laws.views.items import items
from citysim.laws.views.lives import was_restored

LAW = "truly_kept"
NAMED = 5


def check(history: History) -> LawReport:
    found = Findings()
    if history.truth is not None:
        boxes = {outbox.agent: (district, outbox) for district, outbox in history.outboxes}
        for (agent, incarnation), seqs in _given(history.truth).items():
            again = sorted(seq for seq, times in Counter(seqs).items() if times > 1)
            found.broken += (
                [f"{agent} was given the numbers {_named(again)} twice by its outbox {incarnation}"]
                if again
                else []
            )
            if agent in boxes:
                _judge(found, history, (agent, incarnation), seqs)
    return found.report(LAW)


def _given(truth: Truth) -> dict[tuple[str, int], list[int]]:
    """By sender, every number it ever gave."""
    given: dict[tuple[str, int], list[int]] = {}
    for put in truth.said:
        given.setdefault((put.agent, put.incarnation), []).extend(put.seqs)
    return given


def _judge(found: Findings, history: History, sender: tuple[str, int], seqs: list[int]) -> None:
    district, outbox = next((d, o) for d, o in history.outboxes if o.agent == sender[0])
    node = dict(history.districts)[district]
    heard = node.view(items)
    is_lost = history.truth is not None and sender in history.truth.outboxes_lost
    kept = (
        outbox.kept
        if outbox.incarnation == sender[1] and not history.is_healed
        else frozenset[int]()
    )
    journaled = heard.senders.get(sender, ())
    missing = [seq for seq in seqs if seq not in journaled and seq not in kept]
    found.checked += len(seqs)
    if not missing:
        return
    if is_lost and (not history.is_healed or len(heard.incarnations.get(sender[0], [])) > 1):
        found.unjudged += len(
            missing
        )  # destroyed with its disk; the new outbox's incarnation declares it
        return
    if was_restored(node) and not history.is_healed:
        found.unjudged += len(missing)  # told, and declared, with the next hello
        return
    what = "nor kept" if not history.is_healed else "although all had its time"
    found.accuse(
        f"{sender[0]} was given the numbers {_named(missing)}, and they are neither journaled by {district} {what}"
    )


def _named(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:NAMED])) + (
        f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    )
