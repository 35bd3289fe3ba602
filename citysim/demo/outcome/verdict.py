"""Whether the demo showed what it promises. Pure.

That is the whole loop with help across districts and a verified closing, and no law violated.
"""

from collections.abc import Mapping, Sequence

from citybrain.structs import Struct
from citysim.demo.outcome.frame_counts import FrameCounts
from citysim.demo.outcome.latency import HopLatency
from citysim.demo.outcome.run_statistics import FULL_LIFECYCLE, RunStatistics
from citysim.laws.report import LawReport

# A run in which one of these had nothing to check proves nothing.
ALWAYS_CHECKED = (
    "nothing_lost",
    "nothing_twice",
    "one_unit_one_order",
    "same_state",
    "timers_fire",
    "no_frames",
)


class DemoOutcome(Struct, frozen=True, kw_only=True):
    """Everything that the summary shows.

    `deaths`: processes that died without being asked to, and were started again. `simulated`: what
    simulated people did. `missing`: empty when everything that was promised was seen.
    """

    seconds: float
    statistics: RunStatistics
    frames: Mapping[str, FrameCounts]
    hops: Sequence[HopLatency]
    laws: Sequence[LawReport]
    deaths: Mapping[str, int]
    simulated: Mapping[str, int]
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return 1 if self.missing else 0


def missing(
    statistics: RunStatistics, frames: Mapping[str, FrameCounts], laws: Sequence[LawReport]
) -> tuple[str, ...]:
    """What was promised and not seen, one sentence each."""
    return (*_laws(laws), *_frames(frames), *_help(statistics))


def _laws(laws: Sequence[LawReport]) -> list[str]:
    violated = [
        f"law {report.law} was violated {len(report.violations)} time(s), first: "
        f"{report.violations[0]}"
        for report in laws
        if report.violations
    ]
    unchecked = [
        f"law {report.law} had nothing to check"
        for report in laws
        if not report.checked and report.law in ALWAYS_CHECKED
    ]
    return [*violated, *unchecked]


def _frames(frames: Mapping[str, FrameCounts]) -> list[str]:
    sentences = [
        f"camera {name}: {counts.unaccounted} frame(s) are not accounted for"
        for name, counts in sorted(frames.items())
        if counts.unaccounted
    ]
    if not any(counts.captured for counts in frames.values()):
        sentences.append("no camera delivered a frame")
    return sentences


def _help(statistics: RunStatistics) -> list[str]:
    helped = statistics.cross_district_completed
    if not helped:
        return ["no unit of another district finished an order: no help across districts was seen"]
    if set(statistics.full_lifecycle) & set(helped):
        return []
    stages = {name: statistics.stages_by_incident.get(name, ()) for name in helped}
    name, furthest = max(stages.items(), key=lambda pair: len(set(pair[1]) & set(FULL_LIFECYCLE)))
    return [
        "no incident with help from another district went through every stage; the furthest: "
        f"{name}: {' → '.join(furthest) or 'nothing'}"
    ]
