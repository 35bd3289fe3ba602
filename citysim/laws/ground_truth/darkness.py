"""Law 8 by the simulator's notes: lasting darkness becomes a case, once, and that ends by itself.

A box that is away, or a source that is blind, for longer than its district's policy says is named
by an open case of the district by then, and by no two, and not again when somebody has ended that
case. A source that sees again is soon named as dark by none, and a case of which all sees again
does not stay.

Judged is what the district could know: that a box is away from when the broker said so to whom it
served then, that a source is blind from when all that the box reported was acknowledged. While a
district is down, cut off, without a disk or its time is moved it may be late, by so much. A person
may end a case before, or say what else becomes of it: it was there.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.decider.command import ClockSet, ClockStepped
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb
from citysim.laws.ground_truth_log import DarkCase, GroundTruth, Sight, SightState
from citysim.laws.history import DistrictHistory, History
from citysim.laws.report import Findings, LawReport
from district_node.cores.flows.agents.limits import WATCH_EVERY
from district_node.inputs import NodeStarted, OperatorActed, PacksChanged, WatchPolicy
from district_node.playbook import Watches

LAW = "ground_truth_darkness"
LOOK_S = 1.0  # between two looks of whoever notes it
LATE_S = 2 * LOOK_S + 2.0  # to its journal, and to the one who notes it
# a gauge that sees again is read, its box reports, and says by a status that it is connected
SEEN_S = WATCH_EVERY.value + LATE_S + 20.0
# by which a person moves what is dark from case to case, or begins one again
MOVING_VERBS = frozenset(
    {
        OperatorVerb.MERGE,
        OperatorVerb.SPLIT,
        OperatorVerb.NOT_SAME,
        OperatorVerb.UNDO,
        OperatorVerb.OPEN,
    }
)

Named = tuple[str, str]  # box, source or ""


def check(history: History) -> LawReport:
    findings = Findings()
    truth = history.ground_truth
    if truth is None or truth.now is None:
        return findings.report(LAW)
    for district, node in history.districts:
        policy = _policy(node)
        if policy is None:
            continue
        cases = [case for case in truth.dark_cases if case.district == district]
        moved = _moved(node)
        for dark in _darknesses(truth, district):
            _judge_darkness(dark, cases, policy, findings)
        for sight in truth.sights:
            if sight.district == district:
                _judge_sight(sight, cases, findings)
        # where its time jumped, since when it is dark is another time than when somebody said so
        jumped = bool(node.records_of(ClockSet)) or bool(node.records_of(ClockStepped))
        for violation in (
            *(() if jumped else _named_again(truth, district, cases, moved, _lost_times(node))),
            *_named_twice(cases),
            *_staying(cases),
        ):
            findings.add_violation(f"{district}: {violation}")
    return findings.report(LAW)


def _policy(node: DistrictHistory) -> WatchPolicy | None:
    """Without what was no kind of case for a while: when that was, no note says."""
    started = [record.input.setup for record in node.records_of(NodeStarted)]
    if not started:
        return None
    changed = [record.input.playbooks for record in node.records_of(PacksChanged)]
    in_force = [{one.watches for one in kinds} for kinds in changed]
    in_force += [{one.watches for one in setup.playbooks} for setup in started]
    policy = started[-1].watch
    is_box, is_source = (
        all(watches in each for each in in_force) for watches in (Watches.BOX, Watches.SOURCE)
    )
    return replace(
        policy,
        agent_offline_s=policy.agent_offline_s if is_box else 0.0,
        camera_blind_s=policy.camera_blind_s if is_source else 0.0,
    )


def _moved(node: DistrictHistory) -> frozenset[str]:
    """The cases that a person did more with than ending them."""
    acted = [
        record.input.action
        for record in node.records_of(OperatorActed)
        if record.input.action.verb in MOVING_VERBS
    ]
    return frozenset(
        str(name) for action in acted for name in (action.incident, action.other) if name
    )


def _darknesses(truth: GroundTruth, district: str) -> Iterator[list[Sight]]:
    """The stretches of each time in which a box or its source did not see."""
    here = [sight for sight in truth.sights if sight.district == district]
    ordered = sorted(here, key=lambda sight: (sight.agent, sight.since))
    sees = SightState.SEES
    for (_, is_dark), run in groupby(ordered, key=lambda one: (one.agent, one.state is not sees)):
        if is_dark:
            yield list(run)


def _judge_darkness(
    dark: Sequence[Sight], cases: Sequence[DarkCase], policy: WatchPolicy, findings: Findings
) -> None:
    """Of each run: while it is blind it may go away and come back, with a person's word on it."""
    for _, one in groupby(dark, key=lambda sight: (sight.run, sight.state)):
        run = list(one)
        if run[0].state not in (SightState.BLIND, SightState.AWAY):
            continue
        is_away = run[0].state is SightState.AWAY
        after_s = policy.agent_offline_s if is_away else policy.camera_blind_s
        known = [sight for sight in run if sight.is_reported]
        due = _due(known, after_s) if after_s else None
        if due is None:
            continue
        findings.checked += 1
        name = _name(run[0])
        if not any(case.since <= due for case in _naming(name, cases, dark)):
            dark_s = seconds_between(run[0].since, due)
            findings.add_violation(
                f"{run[0].district}: {_label(name)} was dark for {dark_s:.0f} s from"
                f" {run[0].since} on, its district must have known it, and no case named it"
            )


def _due(known: Sequence[Sight], after_s: float) -> Timestamp | None:
    """By when something must have followed, which is due after so much time in which nothing kept
    the district from it. None: it did not have that."""
    left_s = after_s
    for sight in known:
        if sight.is_heard:
            due = later(sight.since, max(WATCH_EVERY.value, left_s) + LATE_S)
            if due <= sight.until:
                return due
            left_s -= seconds_between(sight.since, sight.until)
    return None


def _judge_sight(sight: Sight, cases: Sequence[DarkCase], findings: Findings) -> None:
    due = later(sight.since, SEEN_S)
    is_known = sight.state is SightState.SEES and sight.is_heard and sight.is_reported
    if not is_known or due > sight.until:
        return
    findings.checked += 1
    both = {(sight.agent, ""), (sight.agent, sight.source)}
    for case in cases:
        begin = max(later(case.since, WATCH_EVERY.value + LATE_S), due)
        lasts_s = seconds_between(begin, min(case.until, sight.until))
        if lasts_s > LOOK_S and not both.isdisjoint(case.dark):
            findings.add_violation(
                f"{sight.district}: {sight.agent} is connected and sees since {sight.since}, and"
                f" {case.incident} names it as dark at {begin}"
            )
            return


def _name(sight: Sight) -> Named:
    return sight.agent, "" if sight.state is SightState.AWAY else sight.source


def _label(name: Named) -> str:
    return " ".join(name).strip()


def _naming(name: Named, cases: Sequence[DarkCase], dark: Sequence[Sight]) -> list[DarkCase]:
    """The cases that named it while it was dark, as they were then."""
    since, until = dark[0].since, dark[-1].until
    return [
        case for case in cases if name in case.dark and case.until > since and case.since < until
    ]


def _lost_times(node: DistrictHistory) -> list[tuple[Timestamp, Timestamp]]:
    """From when to when its journal says nothing, since a store was restored: a person may have
    opened a case again then."""
    lost: list[tuple[Timestamp, Timestamp]] = []
    epoch = ""
    before = Timestamp(0)
    for record in node.records:
        if isinstance(record.input, NodeStarted):
            if epoch and record.input.epoch != epoch:
                lost.append((before, record.at))
            epoch = record.input.epoch
        before = record.at
    return lost


def _named_again(
    truth: GroundTruth,
    district: str,
    cases: Sequence[DarkCase],
    moved: frozenset[str],
    lost: Sequence[tuple[Timestamp, Timestamp]],
) -> Iterator[str]:
    """What a case named that somebody had ended before, of the same darkness; but for the times
    `lost` to the journal."""
    for dark in _darknesses(truth, district):
        for _, one in groupby(dark, key=lambda sight: (sight.run, sight.state)):
            run = list(one)
            naming = _naming(_name(run[0]), cases, run)
            ordered = sorted(naming, key=lambda case: (case.since, case.until))
            if moved & {case.incident for case in ordered}:
                continue
            for before, after in pairwise(ordered):
                is_alone = len(after.dark) == 1  # else another darkness opened it again
                if any(begin < after.since <= end for begin, end in lost):
                    continue
                if is_alone and seconds_between(before.until, after.since) > LOOK_S:
                    yield (
                        f"{_label(_name(run[0]))} was dark all the while, and {after.incident}"
                        f" named it at {after.since} though {before.incident} had ended"
                    )


def _named_twice(cases: Sequence[DarkCase]) -> Iterator[str]:
    """What two open cases named as dark at once."""
    named = sorted(
        (name, case.since, case.until, case.incident) for case in cases for name in case.dark
    )
    for (name, _, until, one), (other_name, since, other_until, other) in pairwise(named):
        together_s = seconds_between(since, min(until, other_until))
        if name == other_name and one != other and together_s > LOOK_S:
            yield f"{one} and {other} both name {_label(name)} as dark at {since}"


def _staying(cases: Sequence[DarkCase]) -> Iterator[str]:
    """What stayed open though all that it watched saw again."""
    for case in cases:
        if case.is_over and seconds_between(case.since, case.until) > SEEN_S:
            yield (
                f"{case.incident} is open, and all that it watched sees again since {case.since}"
            )
