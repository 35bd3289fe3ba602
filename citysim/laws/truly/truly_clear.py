"""Law 6 by the world's own notes: what a camera's "clear" closed was not there before its eyes all the while that it claims to have watched.

Nothing is said against what came back after the last look.
"""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import Post
from citybrain.domain.event import VerificationRequest
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, VerificationVerdict
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.truth import Scene, Truth
from citysim.laws.views.items import Hearing, items

LAW = "truly_clear"
LOOK_S = 1.0  # between two looks, and from a look to its answer


def check(history: History) -> LawReport:
    found = Findings()
    if history.truth is None:
        return found.report(LAW)
    put_at = _put_at(history.truth)
    scenes = _scenes(history.truth)
    for district, node in history.districts:
        rules = node.view(_asked_rules)
        for hearing in node.view(_closing_clears):
            answer, at = (
                hearing.item.verification,
                put_at.get((hearing.agent, hearing.incarnation, hearing.item.seq)),
            )
            if answer is None or at is None or answer.request not in rules:
                found.unjudged += 1
                continue
            found.checked += 1
            quiet_s = answer.measurements.get("quiet_s", answer.observed_s)
            there = scenes.get((hearing.agent, answer.source, rules[answer.request]), [])
            if any(_covers(scene, later(at, -quiet_s), at) for scene in there):
                found.accuse(
                    f"{district}: {hearing.agent}/{answer.source} called {answer.incident} clear after {quiet_s:.1f} s, and it was there all the while"
                )
    return found.report(LAW)


def _covers(scene: Scene, since: Timestamp, until: Timestamp) -> bool:
    """Whether the condition was there from the window's beginning to its end, a look's time left free on both sides."""
    begin, end = later(since, LOOK_S), later(until, -LOOK_S)
    return begin < end and scene.since <= begin and (scene.until is None or scene.until >= end)


def _put_at(truth: Truth) -> dict[tuple[str, int, int], Timestamp]:
    return {(put.agent, put.incarnation, seq): put.at for put in truth.said for seq in put.seqs}


def _scenes(truth: Truth) -> dict[tuple[str, str, str], list[Scene]]:
    found: dict[tuple[str, str, str], list[Scene]] = {}
    for scene in truth.conditions:
        found.setdefault((scene.agent, scene.source, scene.rule), []).append(scene)
    return found


def _asked_rules(node: NodeHistory) -> dict[str, str]:
    """By request: the rule that was asked about."""
    posts = [
        c.letter
        for step in node.steps
        for c in step.commands
        if type(c) is Post and type(c.letter) is VerificationRequest
    ]
    return {letter.request: letter.rule for letter in posts}


def _closing_clears(node: NodeHistory) -> list[Hearing]:
    """The answers by which an incident closed in their very record."""
    found = []
    for hearing in node.view(items).new():
        answer = hearing.item.verification
        if answer is not None and answer.verdict is VerificationVerdict.CLEAR:
            reports = [
                c.letter
                for c in hearing.step.commands
                if type(c) is Post and isinstance(c.letter, IncidentReport)
            ]
            if any(
                report.incident == answer.incident and report.stage is IncidentStage.CLOSED
                for report in reports
            ):
                found.append(hearing)
    return found
