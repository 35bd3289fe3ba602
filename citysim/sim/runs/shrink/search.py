"""From a seed that breaks a law to the smallest story that breaks the same law: moment, faults, happenings, length of the storm."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from citysim.sim.judge.verdict import Break
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.shrink.ddmin import ddmin
from citysim.sim.runs.shrink.moment import earliest
from citysim.sim.runs.teller import Teller
from citysim.sim.scenario import Fault, Happening
from citysim.sim.story import ENDS_WITH
from citysim.sim.trace import Line

LAST_LINES = 15  # of the trace and of the journals, before the break
LINE_MOST = 160  # characters of each
SLACK_S = 20.0  # with fewer faults the same may come about somewhat later
STORM_STEP_S = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """`breaks` None: the whole story does not break it. `is_minimal`: the time sufficed. `lines` are the trace's last before the break."""

    cut: Cut
    law: str
    breaks: Break | None
    is_minimal: bool
    tellings: int
    faults: tuple[Fault, ...] = ()
    happenings: tuple[Happening, ...] = ()
    lines: tuple[str, ...] = ()


class Search:
    """Tells cuts of one story and remembers what came of each. Looks for breaks of `law` only (""; of the law that breaks first)."""

    def __init__(
        self,
        teller: Teller,
        law: str = "",
        *,
        may_go_on: Callable[[], bool] = lambda: True,
        say: Say = lambda _: None,
    ) -> None:
        self._teller, self._law, self._may_go_on, self._say = teller, law, may_go_on, say
        self._known: dict[Cut, tuple[Break | None, float]] = {}
        self._was_cut_short = False

    def shrink(self, cut: Cut) -> Shrunk:
        """As small as it gets."""
        if not self._meet(cut):
            return self._shown(cut)
        cut = self._to_moment(cut)
        cut = self._fewer_faults(self._loosened(cut))
        cut = self._fewer_happenings(cut)
        cut = self._shorter_storm(cut)
        return self._shown(self._tidied(self._to_moment(cut)))

    def locate(self, cut: Cut) -> Shrunk:
        """The moment only; the plan is left as it is."""
        return self._shown(self._to_moment(cut) if self._meet(cut) else cut)

    def breaks(self, cut: Cut) -> Break | None:
        """The first break of the law that is looked for."""
        return self._tell(cut)[0]

    def _meet(self, cut: Cut) -> bool:
        """The whole story once; from here on it is about the law that it breaks."""
        found = self.breaks(cut)
        if found is not None:
            self._law = found.law
            self._say(f"{cut.options()} breaks {found.law}: {found.what}")
        return found is not None

    def _to_moment(self, cut: Cut) -> Cut:
        """Only up to where the law is first broken. What is known at the very end only (something right did not happen) has no such moment."""
        end_s = self._tell(cut)[1]
        if self.breaks(replace(cut, until_s=end_s)) is None:
            return cut
        at_s = earliest(
            lambda at_s: self.breaks(replace(cut, until_s=at_s)) is not None,
            end_s,
            may_go_on=self._asked,
        )
        cut = replace(cut, until_s=at_s if self.breaks(replace(cut, until_s=at_s)) else end_s)
        self._say(f"broken at {cut.until_s:g} s (told until {end_s:.1f} s)")
        return cut

    def _loosened(self, cut: Cut) -> Cut:
        """Told a little longer; with the same break."""
        loose = replace(cut, until_s=cut.until_s + SLACK_S) if cut.until_s is not None else cut
        return loose if self.breaks(loose) is not None else cut

    def _fewer_faults(self, cut: Cut) -> Cut:
        begun = [fault.number for fault in self._plan(cut)[0]]
        kept = ddmin(
            begun,
            lambda some: self.breaks(replace(cut, faults=frozenset(some))) is not None,
            may_go_on=self._asked,
        )
        self._say(f"{len(kept)} of {len(begun)} fault(s) are needed")
        return replace(cut, faults=frozenset(kept)) if len(kept) < len(begun) else cut

    def _fewer_happenings(self, cut: Cut) -> Cut:
        begun = [happening.number for happening in self._plan(cut)[1]]
        kept = ddmin(
            begun,
            lambda some: self.breaks(replace(cut, happenings=frozenset(some))) is not None,
            may_go_on=self._asked,
        )
        self._say(f"{len(kept)} of {len(begun)} happening(s) are needed")
        return replace(cut, happenings=frozenset(kept)) if len(kept) < len(begun) else cut

    def _shorter_storm(self, cut: Cut) -> Cut:
        """Where the story must be told to its end. A storm that ends sooner leaves out what would have begun later."""
        if cut.until_s is not None:
            return cut
        whole_s = self._teller.scenario(cut).storm_s
        at_s = earliest(
            lambda at_s: self.breaks(replace(cut, storm_s=at_s)) is not None,
            whole_s,
            step_s=STORM_STEP_S,
            may_go_on=self._asked,
        )
        if at_s >= whole_s or self.breaks(replace(cut, storm_s=at_s)) is None:
            return cut
        self._say(f"a storm of {at_s:g} s (of {whole_s:g} s) suffices")
        return replace(cut, storm_s=at_s)

    def _tidied(self, cut: Cut) -> Cut:
        """Named by less, where the same has begun by then."""
        for without in (lambda c: replace(c, faults=None), lambda c: replace(c, happenings=None)):
            if (
                self._plan(without(cut)) == self._plan(cut)
                and self.breaks(without(cut)) is not None
            ):
                cut = without(cut)
        return cut

    def _shown(self, cut: Cut) -> Shrunk:
        found, (faults, happenings) = self.breaks(cut), self._plan(cut)
        lines = (
            self._teller.told(cut, keep_trace=True, verbose=True).lines if found is not None else ()
        )
        before = [line for line in lines if line.what != ENDS_WITH]
        return Shrunk(
            cut=cut,
            law=self._law,
            breaks=found,
            is_minimal=not self._was_cut_short,
            tellings=len(self._known),
            faults=faults,
            happenings=happenings,
            lines=tuple(cut_short(line) for line in before[-LAST_LINES:]),
        )

    def _plan(self, cut: Cut) -> tuple[tuple[Fault, ...], tuple[Happening, ...]]:
        """What has begun before its end."""
        scenario = self._teller.scenario(cut)
        end_s = cut.until_s if cut.until_s is not None else scenario.storm_s + scenario.calm_s
        return tuple(f for f in scenario.faults if f.at_s <= end_s), tuple(
            h for h in scenario.happenings if h.at_s <= end_s
        )

    def _tell(self, cut: Cut) -> tuple[Break | None, float]:
        if cut not in self._known:
            verdict = self._teller.verdict(cut)
            found = next((b for b in verdict.broken if not self._law or b.law == self._law), None)
            self._known[cut] = (found, verdict.ended_s)
        return self._known[cut]

    def _asked(self) -> bool:
        self._was_cut_short = self._was_cut_short or not self._may_go_on()
        return not self._was_cut_short


def cut_short(line: Line) -> str:
    """On one line of a screen."""
    text = str(line).replace("\n", " ")
    return text if len(text) <= LINE_MOST else f"{text[: LINE_MOST - 1]}…"
