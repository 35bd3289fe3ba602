"""Law 8: no silent blindness. Every second of a source is accounted for by what its agent said, and what was called clear had been looked at."""

from collections.abc import Iterator

from citybrain.clock import SECOND_US, Timestamp, seconds_between
from citybrain.domain.event import Reobserve, Reobserved, Said, SightInterval
from citybrain.reactor.command import Post
from citybrain.vocabulary import ReobserveVerdict, Sight
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import LawReport
from district_node.inputs import AgentSaid

LAW = "no_silent_blindness"
STARTING = "starting"  # the first word of every run of an agent
NOTICED_S = 3.0  # a frozen or silent source is noticed two seconds late; an answer in between is believed

Key = tuple[str, int, str]  # agent, incarnation, source


def check(history: History) -> LawReport:
    """Accounts are judged of agents whose outbox is empty (something may be under way of the others), and not where a declared gap took words on sight."""
    busy = {(outbox.agent, outbox.incarnation) for _, outbox in history.outboxes if outbox.kept}
    checked, broken = 0, list[str]()
    for district, node in history.districts:
        sights, dark = _sights(node), _gaps(node)
        for key, said in sorted(sights.items()):
            if key[:2] not in busy and key[:2] not in dark:
                checked += len(said)
                broken += [f"{district}: {fault}" for fault in _account(key, said)]
        for fault in _clears(node, sights, NOTICED_S + history.clock_error_s):
            checked += 1
            broken += [f"{district}: {fault}"] if fault else []
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _account(key: Key, said: list[SightInterval]) -> Iterator[str]:
    """Every closed interval ends where the next begins, and every run begins where the one before is declared to have ended."""
    opens = sorted({(s.since, s.sight, s.because) for s in said if s.until is None})
    begins = {since for since, _, _ in opens}
    ends = {s.until for s in said if s.until is not None}
    for interval in said:
        if interval.until is not None and interval.until not in begins:
            yield f"{key[0]}/{key[2]} was {interval.sight} until {_clock(interval.until)}, and nothing is said of it from then on"
    for number, (since, _, because) in enumerate(opens):
        if number and because == STARTING and since not in ends:
            yield f"{key[0]}/{key[2]} started at {_clock(since)}, and nothing is said of the time before"


def _clears(node: NodeHistory, sights: dict[Key, list[SightInterval]], slack_s: float) -> Iterator[str]:
    """For every "clear" what is wrong with it, "" when nothing: it needs no more observed seconds than there were."""
    asked: dict[str, Timestamp] = {}
    for step in node.steps:
        asked.update({c.letter.request: step.at for c in step.commands if isinstance(c, Post) and isinstance(c.letter, Reobserve)})
        for agent, incarnation, item in _items(step.input):
            answer = item.reobserved
            if answer is None or answer.verdict is not ReobserveVerdict.CLEAR or answer.request not in asked:
                continue
            blind_s = _blind_s(sights.get((agent, incarnation, answer.source), []), asked[answer.request], answer.answered_at)
            could_s = seconds_between(asked[answer.request], answer.answered_at) - blind_s
            yield (
                ""
                if _claimed_s(answer) <= could_s + slack_s
                else (
                    f"{agent}/{answer.source} called {answer.incident} clear after {_claimed_s(answer):.1f} s without it, and it could see for {could_s:.1f} s"
                )
            )


def _claimed_s(answer: Reobserved) -> float:
    return answer.numbers.get("quiet_s", answer.observed_s)


def _blind_s(said: list[SightInterval], start: Timestamp, end: Timestamp) -> float:
    """Seconds of `start`..`end` in which the source was declared blind."""
    opens = sorted(((s.since, s.sight) for s in said if s.until is None), key=lambda known: known[0])
    total = 0
    for number, (since, sight) in enumerate(opens):
        until = opens[number + 1][0] if number + 1 < len(opens) else end
        if sight is Sight.BLIND:
            total += max(0, min(until, end) - max(since, start))
    return total / SECOND_US


def _sights(node: NodeHistory) -> dict[Key, list[SightInterval]]:
    found: dict[Key, list[SightInterval]] = {}
    seen: set[tuple[str, int, int]] = set()
    for step in node.steps:
        for agent, incarnation, item in _items(step.input):
            if item.sight is not None and (agent, incarnation, item.seq) not in seen:
                seen.add((agent, incarnation, item.seq))
                found.setdefault((agent, incarnation, item.sight.source), []).append(item.sight)
    return found


def _gaps(node: NodeHistory) -> set[tuple[str, int]]:
    """Senders that declared the loss of something: words on sight may be among it."""
    return {(agent, incarnation) for step in node.steps for agent, incarnation, item in _items(step.input) if item.gap is not None}


def _items(given: object) -> Iterator[tuple[str, int, Said]]:
    if isinstance(given, AgentSaid):
        for item in given.items:
            yield given.agent, given.incarnation, item


def _clock(at: Timestamp) -> str:
    return f"{at / SECOND_US:.3f}"
