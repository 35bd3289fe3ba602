"""Whether the demo showed what it promises: the whole loop with help across districts and a verified closing, and no law broken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citysim.demo.outcome.account import WHOLE_WAY, Account
from citysim.demo.outcome.frames import Tally
from citysim.demo.outcome.latency import Hop
from citysim.laws.report import LawReport

ALWAYS_JUDGED = (
    "nothing_lost",
    "nothing_twice",
    "one_unit_one_order",
    "same_state",
    "timers_fire",
    "no_frames",
)  # a run that gave them nothing was no run


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that the summary shows. `missing` is empty when all that was promised was seen."""

    seconds: float
    account: Account
    frames: Mapping[str, Tally]
    hops: Sequence[Hop]
    laws: Sequence[LawReport]
    deaths: Mapping[str, int]  # processes that died without being asked to, and were started again
    simulated: Mapping[str, int]  # what simulated people did: "officer", "operator", "crew"
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return 1 if self.missing else 0


def missing(
    account: Account, frames: Mapping[str, Tally], laws: Sequence[LawReport]
) -> tuple[str, ...]:
    """What was promised and not seen, one sentence each."""
    lacks = [
        f"law {report.law} was broken {len(report.broken)} time(s), first: {report.broken[0]}"
        for report in laws
        if report.broken
    ]
    lacks += [
        f"law {report.law} had nothing to judge"
        for report in laws
        if not report.checked and report.law in ALWAYS_JUDGED
    ]
    lacks += [
        f"camera {name}: {tally.unaccounted} frame(s) are not accounted for"
        for name, tally in sorted(frames.items())
        if tally.unaccounted
    ]
    if not frames or not any(tally.captured for tally in frames.values()):
        lacks.append("no camera delivered a frame")
    if not account.cross_district_done:
        lacks.append(
            "no unit of another district finished an order: there was no help across districts"
        )
    elif not set(account.whole_way) & set(account.cross_district_done):
        lacks.append(
            f"no incident with help from another district went through every stage; the furthest: {_furthest(account)}"
        )
    return tuple(lacks)


def _furthest(account: Account) -> str:
    helped = {name: account.furthest.get(name, ()) for name in account.cross_district_done}
    if not helped:
        return "none"
    name, stages = max(helped.items(), key=lambda item: len(set(item[1]) & set(WHOLE_WAY)))
    return f"{name}: {' → '.join(stages) or 'nothing'}"
