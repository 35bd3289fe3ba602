"""Law 8: no silent blindness. Every second of a source is accounted for by what its agent said, and what was called clear had been looked at.

An agent's clock is its own: it may be seconds off its district's, and go back over a restart. Lengths of time are compared, each by one clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from citybrain.clock import SECOND_US, Timestamp, later, seconds_between
from citybrain.decider.command import Post
from citybrain.domain.event import VerificationRequest, VerificationResult, VisibilityInterval
from citybrain.vocabulary import VerificationVerdict, Visibility
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.items import Sender, items

LAW = "no_silent_blindness"
STARTING = "starting"  # the first word of every run of an agent
NOTICED_S = (
    3.0  # a frozen or silent source is noticed two seconds late; an answer in between is believed
)
SLOWER = 0.02  # node time runs a hundredth slower while it waits for a wall clock that was put back; clocks drift less

Key = tuple[str, int, str]  # agent, incarnation, source


@dataclass(frozen=True, slots=True)
class Seen:
    """What was said of one source, in the order in which it was said."""

    said: list[VisibilityInterval]
    turns: list[tuple[Timestamp, Visibility]]  # what was known from when on, by the agent's clock


def check(history: History) -> LawReport:
    """Accounts are judged of agents whose outbox is empty (something may be under way of the others), and not where a declared loss may have taken words."""
    busy = {(outbox.agent, outbox.incarnation) for _, outbox in history.outboxes if outbox.kept}
    found = Findings()
    for district, node in history.districts:
        dark = busy | node.view(_lossy)
        for key, seen in node.view(_sights).items():
            if key[:2] in dark:
                found.unjudged += len(seen.said)
                continue
            found.checked += len(seen.said)
            found.broken += [f"{district}: {fault}" for fault in _account(key, seen.said)]
        for fault in _clears(node, NOTICED_S + history.clock_error_s):
            found.checked += 1
            found.broken += [f"{district}: {fault}"] if fault else []
    return found.report(LAW)


def _account(key: Key, said: list[VisibilityInterval]) -> Iterator[str]:
    """Every closed interval ends where another begins, and every run begins where the one before is declared to have ended."""
    begins = {interval.since for interval in said if interval.until is None}
    ends = {interval.until for interval in said if interval.until is not None}
    told: Timestamp | None = None  # up to when something was said, by the clock of then
    for interval in said:
        if interval.until is not None and interval.until not in begins:
            yield f"{key[0]}/{key[2]} was {interval.visibility} until {_clock(interval.until)}, and nothing is said of it from then on"
        is_start = interval.until is None and interval.reason == STARTING
        if is_start and told is not None and interval.since > told and interval.since not in ends:
            yield f"{key[0]}/{key[2]} started at {_clock(interval.since)}, and nothing is said of the time before"
        told = max(
            told or interval.since, interval.since if interval.until is None else interval.until
        )


def _clears(node: NodeHistory, slack_s: float) -> Iterator[str]:
    """For every "clear" what is wrong with it, "" when nothing: it needs no more observed seconds than there were between question and answer."""
    asked: dict[str, Timestamp] = {}
    answers = iter(
        [hearing for hearing in node.view(items).new() if hearing.item.verification is not None]
    )
    hearing = next(answers, None)
    for step in node.steps:
        while hearing is not None and hearing.step is step:
            answer = hearing.item.verification
            if (
                answer is not None
                and answer.verdict is VerificationVerdict.CLEAR
                and answer.request in asked
            ):
                seen = (
                    node.view(_sights).get((hearing.agent, hearing.incarnation, answer.source))
                    if hearing.sender not in node.view(_lossy)
                    else None
                )
                yield _unseen(
                    hearing.agent,
                    answer,
                    seen,
                    seconds_between(asked[answer.request], step.at),
                    slack_s,
                )
            hearing = next(answers, None)
        asked.update(
            {
                c.letter.request: step.at
                for c in step.commands
                if type(c) is Post and type(c.letter) is VerificationRequest
            }
        )


def _unseen(
    agent: str, answer: VerificationResult, seen: Seen | None, passed_s: float, slack_s: float
) -> str:
    """`passed_s`: from the question to the answer's arrival, by the district's clock: as long a way back from the answer by the agent's clock it was asked."""
    claimed_s = answer.measurements.get("quiet_s", answer.observed_s)
    passed_s *= 1 + SLOWER
    blind_s = (
        _blind_s(seen.turns, later(answer.answered_at, -passed_s), answer.answered_at)
        if seen is not None
        else 0.0
    )
    if claimed_s <= passed_s - blind_s + slack_s:
        return ""
    return f"{agent}/{answer.source} called {answer.incident} clear after {claimed_s:.1f} s without it, and it could see for {passed_s - blind_s:.1f} s"


def _blind_s(turns: list[tuple[Timestamp, Visibility]], start: Timestamp, end: Timestamp) -> float:
    """Seconds of `start`..`end` in which the source was declared blind."""
    total = 0
    for number, (since, visibility) in enumerate(turns):
        if visibility is Visibility.BLIND:
            until = turns[number + 1][0] if number + 1 < len(turns) else end
            total += max(0, min(until, end) - max(since, start))
    return total / SECOND_US


def _sights(node: NodeHistory) -> dict[Key, Seen]:
    """By source, in the order of the numbers."""
    numbered: dict[Key, list[tuple[int, VisibilityInterval]]] = {}
    for hearing in node.view(items).new():
        if hearing.item.visibility is not None:
            numbered.setdefault(
                (hearing.agent, hearing.incarnation, hearing.item.visibility.source), []
            ).append((hearing.item.seq, hearing.item.visibility))
    found = {}
    for key, pairs in sorted(numbered.items()):
        said = [visibility for _, visibility in sorted(pairs, key=lambda pair: pair[0])]
        found[key] = Seen(said, sorted((s.since, s.visibility) for s in said if s.until is None))
    return found


def _lossy(node: NodeHistory) -> set[Sender]:
    """Senders of which a declared loss may have taken words on sight: by a gap, or what a restored store had forgotten."""
    heard = node.view(items)
    return {hearing.sender for hearing in heard.new() if hearing.item.gap is not None} | {
        (g.agent, g.incarnation) for g in heard.greeted if g.missing
    }


def _clock(at: Timestamp) -> str:
    return f"{at / SECOND_US:.3f}"
