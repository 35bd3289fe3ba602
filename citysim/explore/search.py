"""Breadth-first search over every run of a small world: how many states, transitions and
interleavings there are, and the shortest counterexample to a law.

The runs form a graph without cycles: a step leads from one level to the next, and equal states of a
level are one. So *every* interleaving is explored without walking each of them, and their number is
exact: how many runs lead to a state is the sum over its predecessors. An interleaving is a run from
the initial state to a quiescent one (nothing is in flight until time passes, or something else goes
wrong). Runs that end with all served get no further faults.

Nothing is left out for being independent of something else (no partial-order reduction): only equal
states are merged. What "equal" means, and why that hides nothing, stands in `model.node_states`.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from citybrain.structs import Struct
from citysim.explore.model.actions import Action
from citysim.explore.model.global_state import GlobalState
from citysim.explore.model.transition_system import TransitionSystem
from citysim.explore.recovery import RecoveryCheck, is_served

REPORT_EVERY = 20_000  # states between two reports of progress


class Counterexample(Struct, frozen=True, kw_only=True):
    """The shortest run that breaks a law."""

    violation: str
    path: tuple[Action, ...]


# not a Struct: it is counted up
@dataclass(slots=True, kw_only=True)
class SearchStats:
    """How far a search is."""

    states: int = 0
    transitions: int = 0
    interleavings: int = 0
    quiescent_states: int = 0
    depth: int = 0
    decisions: int = 0  # calls of production cores, each different question once
    node_states: int = 0  # of all three nodes
    recoveries: int = 0  # quiescent states whose recovery was checked
    slowest_recovery_s: float = 0.0
    is_complete: bool = True  # nothing was left out by the limit of states
    counterexample: Counterexample | None = None


# not a Struct: it grows
@dataclass(slots=True, kw_only=True)
class _Level:
    """The states of one depth, in the order in which they were reached; how many runs lead to each,
    and from where the first of them came, by which action."""

    states: dict[GlobalState, int] = field(default_factory=dict)
    runs: list[int] = field(default_factory=list)
    predecessors: "array[int]" = field(default_factory=lambda: array("I"))
    actions: "array[int]" = field(default_factory=lambda: array("I"))


Report = Callable[[SearchStats], None]


class Search:
    def __init__(
        self, system: TransitionSystem, *, max_states: int, recovery: RecoveryCheck | None
    ) -> None:
        """`recovery` checks the quiescent states; None: only safety is checked, not liveness."""
        self._system, self._recovery, self._max_states = system, recovery, max_states
        self._action_ids: dict[Action, int] = {}
        self._back: list[tuple[array[int], array[int]]] = []  # by level: predecessors and actions
        self.stats = SearchStats()

    def run(self, report: Report) -> SearchStats:
        """`report` is called now and then, and at the end."""
        level, stats = _Level(states={self._system.initial_state(): 0}, runs=[1]), self.stats
        while level.states and stats.counterexample is None:
            following = _Level()
            self._back.append((level.predecessors, level.actions))
            for (state, number), runs in zip(level.states.items(), level.runs, strict=True):
                if not self._expand(state, number, runs, following):
                    break
                if stats.states % REPORT_EVERY == 0:
                    report(self._with_totals())
            stats.depth += 1
            if stats.states >= self._max_states and following.states:
                stats.is_complete = False
                break
            level = following
        report(self._with_totals())
        return stats

    def _expand(self, state: GlobalState, number: int, runs: int, following: _Level) -> bool:
        """Check one state and add its successors. False: a law is broken here."""
        system, stats = self._system, self.stats
        stats.states += 1
        if violation := system.violation(state):
            return self._found(violation, number)
        progress = system.progress(state)
        if not progress:
            stats.quiescent_states += 1
            stats.interleavings += runs
            if self._recovery is not None and (reason := self._check_recovery(state)):
                return self._found(reason, number)
            if is_served(system.nodes, state):
                return True
        for steps in (progress, system.faults(state)):
            stats.transitions += len(steps)
            for action, after in steps:
                known = following.states.get(after)
                if known is None:
                    following.states[after] = len(following.runs)
                    following.runs.append(runs)
                    following.predecessors.append(number)
                    following.actions.append(
                        self._action_ids.setdefault(action, len(self._action_ids))
                    )
                else:
                    following.runs[known] += runs
        return True

    def _check_recovery(self, state: GlobalState) -> str:
        assert self._recovery is not None
        outcome, stats = self._recovery.check(state), self.stats
        stats.recoveries += 1
        stats.slowest_recovery_s = max(stats.slowest_recovery_s, outcome.seconds)
        return outcome.reason

    def _found(self, violation: str, number: int) -> bool:
        names, path = list(self._action_ids), list[Action]()
        for predecessors, actions in reversed(self._back[1:]):
            path.append(names[actions[number]])
            number = predecessors[number]
        self.stats.counterexample = Counterexample(violation=violation, path=tuple(reversed(path)))
        return False

    def _with_totals(self) -> SearchStats:
        nodes = self._system.nodes.all()
        self.stats.decisions = sum(node.decisions for node in nodes)
        self.stats.node_states = sum(len(node.states) for node in nodes)
        return self.stats
