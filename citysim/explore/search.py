"""Every story of a small world, level by level: how many states, transitions and interleavings there are, and the shortest story that breaks a law.

The stories form a graph without cycles: a step is taken from one level to the next, and equal spots of a level meet. So *every* interleaving is explored
without walking each of them, and their number is exact: to how many stories a spot is common is the sum over the spots that lead to it. An interleaving is
a story from the beginning to a spot at rest (nothing is under way until time passes, or something else goes wrong). Stories that end with all done are not
spoiled any further.

Nothing is left out for being independent of something else (no partial-order reduction): only equal spots meet. What "equal" means, and why that hides
nothing, stands in `small.node`.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from citysim.explore.calm import Calm, is_done
from citysim.explore.small.moves import Move, Moves, Spot

TELL_EVERY = 20_000  # states between two words of progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A law that was broken, and the shortest story that breaks it."""

    what: str
    path: tuple[Move, ...]


@dataclass(slots=True, kw_only=True)
class Count:
    """How far a search is. `decided`: how often a production core was asked (each different question once)."""

    states: int = 0
    transitions: int = 0
    interleavings: int = 0
    ends: int = 0  # different spots at rest
    depth: int = 0
    decided: int = 0
    points: int = 0  # different points of all three nodes
    calmed: int = 0  # ends from which the calm was judged
    slowest_s: float = 0.0  # until all was served, over those ends
    is_whole: bool = True  # nothing was left out by the limit of states
    found: Break | None = None


@dataclass(slots=True, kw_only=True)
class _Level:
    """The spots of one depth, in the order in which they were come to, how many stories lead to each, and from where the first of them came."""

    spots: dict[Spot, int] = field(default_factory=dict)
    stories: list[int] = field(default_factory=list)
    came_from: array = field(default_factory=lambda: array("I"))
    by_move: array = field(default_factory=lambda: array("I"))


Progress = Callable[[Count], None]


class Search:
    def __init__(self, moves: Moves, *, states_max: int, calm: Calm | None) -> None:
        """`calm` judges the spots at rest; None: only what must never happen is judged."""
        self._moves, self._calm, self._states_max = moves, calm, states_max
        self._names: dict[Move, int] = {}
        self._trail: list[tuple[array, array]] = []
        self.count = Count()

    def run(self, progress: Progress) -> Count:
        level, count = _Level(spots={self._moves.begin(): 0}, stories=[1]), self.count
        while level.spots and count.found is None:
            following = _Level()
            self._trail.append((level.came_from, level.by_move))
            for (spot, number), stories in zip(level.spots.items(), level.stories, strict=True):
                if not self._expand(spot, number, stories, following):
                    break
                if count.states % TELL_EVERY == 0:
                    progress(self._weighed())
            count.depth += 1
            if count.states >= self._states_max and following.spots:
                count.is_whole = False
                break
            level = following
        progress(self._weighed())
        return count

    def _expand(self, spot: Spot, number: int, stories: int, following: _Level) -> bool:
        """Judge one spot and go on from it. False: a law is broken here."""
        moves, count = self._moves, self.count
        count.states += 1
        broken = moves.broken(spot)
        if broken:
            return self._break(broken, number)
        bound = moves.bound(spot)
        if not bound:
            count.ends += 1
            count.interleavings += stories
            if self._calm is not None and (reason := self._calmed(spot)):
                return self._break(reason, number)
            if is_done(moves.nodes, spot):
                return True
        for steps in (bound, moves.wrong(spot)):
            count.transitions += len(steps)
            for move, after in steps:
                known = following.spots.get(after)
                if known is None:
                    following.spots[after] = len(following.stories)
                    following.stories.append(stories)
                    following.came_from.append(number)
                    following.by_move.append(self._names.setdefault(move, len(self._names)))
                else:
                    following.stories[known] += stories
        return True

    def _calmed(self, spot: Spot) -> str:
        assert self._calm is not None
        settled = self._calm.settles(spot)
        self.count.calmed += 1
        self.count.slowest_s = max(self.count.slowest_s, settled.seconds)
        return settled.reason

    def _break(self, what: str, number: int) -> bool:
        names, path = list(self._names), list[Move]()
        for came_from, by_move in reversed(self._trail[1:]):
            path.append(names[by_move[number]])
            number = came_from[number]
        self.count.found = Break(what=what, path=tuple(reversed(path)))
        return False

    def _weighed(self) -> Count:
        nodes = self._moves.nodes
        every = (nodes.city, *nodes.districts)
        self.count.decided, self.count.points = (
            sum(n.decided for n in every),
            sum(len(n.points) for n in every),
        )
        return self.count
