"""Law 1 by the simulator's notes: every number that an outbox ever gave is kept or journaled.

The outbox's own account does not count. And the outbox gave each number once: what comes under a
number that was given before is taken for a repeat, and is lost.
"""

from collections import Counter

from citysim.laws.ground_truth_log import GroundTruth
from citysim.laws.history import DistrictHistory, History, OutboxHistory
from citysim.laws.projections.received_items import Sender, received_items
from citysim.laws.projections.store_restores import was_restored
from citysim.laws.report import Findings, LawReport

LAW = "ground_truth_delivery"
NAMED = 5  # so many numbers are named in a sentence; the others are counted


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None:
        return findings.report(LAW)
    nodes = dict(history.districts)
    outboxes = {outbox.agent: (district, outbox) for district, outbox in history.outboxes}
    boxes = {str(agent): (nodes[name], outbox) for agent, (name, outbox) in outboxes.items()}
    for sender, seqs in _given(truth).items():
        agent, incarnation = sender
        twice = sorted(seq for seq, times in Counter(seqs).items() if times > 1)
        if twice:
            findings.add_violation(
                f"outbox {incarnation} of {agent} gave the numbers {_listed(twice)} twice"
            )
        if agent in boxes:
            node, outbox = boxes[agent]
            is_lost = sender in truth.outboxes_lost
            _check_sender(
                findings,
                node,
                outbox,
                sender,
                seqs,
                is_lost=is_lost,
                is_recovered=history.is_recovered,
            )
    return findings.report(LAW)


def _given(truth: GroundTruth) -> dict[Sender, list[int]]:
    """By sender: every number that its outbox ever gave."""
    given: dict[Sender, list[int]] = {}
    for stored in truth.items_stored:
        given.setdefault((stored.agent, stored.incarnation), []).extend(stored.seqs)
    return given


def _check_sender(
    findings: Findings,
    node: DistrictHistory,
    outbox: OutboxHistory,
    sender: Sender,
    seqs: list[int],
    *,
    is_lost: bool,
    is_recovered: bool,
) -> None:
    agent, incarnation = sender
    received = node.projection(received_items)
    is_kept_enough = outbox.incarnation == incarnation and not is_recovered
    kept = outbox.unacknowledged_seqs if is_kept_enough else frozenset[int]()
    journaled = received.senders.get(sender, ())
    missing = [seq for seq in seqs if seq not in journaled and seq not in kept]
    findings.checked += len(seqs)
    if not missing:
        return
    if is_lost and (not is_recovered or len(received.incarnations.get(agent, [])) > 1):
        # Destroyed with its disk; the next outbox's incarnation declares the loss.
        findings.inconclusive += len(missing)
    elif was_restored(node) and not is_recovered:
        findings.inconclusive += len(missing)  # declared with the next hello
    else:
        where = "" if is_recovered else " or kept"
        findings.add_violation(
            f"{agent}'s outbox gave the numbers {_listed(missing)}, and they are not journaled by "
            f"{node.name}{where}"
        )


def _listed(numbers: list[int]) -> str:
    more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    return ", ".join(map(str, numbers[:NAMED])) + more
