"""What really is the case before one camera or gauge: conditions that begin, stay until somebody treats them or they pass, and times when nobody can see.

The ground truth: agents see it through their sources only, laws may be judged by it. Times are seconds of the story.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from citybrain.geo import Point, distance_m
from citybrain.ids import AgentId
from citybrain.vocabulary import IncidentKind
from citysim.sim.scenario import CityPlan, Happening

REACH_M = 250.0  # a crew at work puts right what is the matter as far as its playbook joins reports into one incident (waterlogging: 200 m)
TREATMENTS = 2  # a treatment that does not work is followed by one that does


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One happening as it really went. `until_s` None: it still goes on."""

    number: int
    since_s: float
    until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blindness:
    """Nobody can see from `since_s` on, until `until_s`."""

    since_s: float
    until_s: float
    reason: str


class Scene:
    """Before one source. Knows what will happen by itself; what people do to it is told."""

    def __init__(self, happenings: Iterable[Happening] = ()) -> None:
        self._happenings = sorted(happenings, key=lambda h: (h.at_s, h.number))
        self._treatments: dict[int, int] = {}
        self._treated_s: dict[int, float] = {}
        self.blindness: list[Blindness] = []

    def begin(self, happening: Happening) -> None:
        """One more, that nobody had planned."""
        self._happenings = sorted([*self._happenings, happening], key=lambda h: (h.at_s, h.number))

    def is_present(self, at_s: float) -> bool:
        """Whether the condition is there."""
        return any(h.at_s <= at_s < self._end_s(h) for h in self._happenings)

    def treat(self, at_s: float) -> bool:
        """A crew has worked here; whether that put an end to anything."""
        helped = False
        for happening in self._happenings:
            if happening.at_s <= at_s < self._end_s(happening):
                count = self._treatments[happening.number] = (
                    self._treatments.get(happening.number, 0) + 1
                )
                if happening.works or count >= TREATMENTS:
                    self._treated_s[happening.number] = at_s
                    helped = True
        return helped

    def blind(self, since_s: float, until_s: float, reason: str) -> None:
        """The source cannot see then."""
        self.blindness.append(Blindness(since_s=since_s, until_s=until_s, reason=reason))

    def blind_because(self, at_s: float) -> str:
        """Why nobody sees, "" when somebody may."""
        return next((b.reason for b in self.blindness if b.since_s <= at_s < b.until_s), "")

    def conditions(self, at_s: float) -> tuple[Condition, ...]:
        """What really was the case up to `at_s`."""
        begun = [(h, self._end_s(h)) for h in self._happenings if h.at_s <= at_s]
        return tuple(
            Condition(number=h.number, since_s=h.at_s, until_s=end_s if end_s <= at_s else None)
            for h, end_s in begun
        )

    def _end_s(self, happening: Happening) -> float:
        by_itself_s = happening.at_s + happening.lasts_s if happening.lasts_s else inf
        return min(by_itself_s, self._treated_s.get(happening.number, inf))


@dataclass(frozen=True, slots=True)
class _Spot:
    scene: Scene
    place: Point
    incident_kind: IncidentKind


class Scenes:
    """Every scene of a city, by the agent that looks at it."""

    def __init__(self, city: CityPlan, happenings: Iterable[Happening]) -> None:
        by_agent: dict[AgentId, list[Happening]] = {}
        for happening in happenings:
            by_agent.setdefault(happening.agent, []).append(happening)
        self._spots = {
            box.agent: _Spot(Scene(by_agent.get(box.agent, ())), box.place, box.incident_kind)
            for _, box in city.boxes()
        }

    def of(self, agent: AgentId) -> Scene:
        return self._spots[agent].scene

    def treat(self, place: Point, kind: IncidentKind, at_s: float) -> tuple[AgentId, ...]:
        """A crew has finished its work on `kind` at `place`; before whose sources that put an end to it."""
        near = (
            (agent, spot)
            for agent, spot in self._spots.items()
            if spot.incident_kind == kind and distance_m(spot.place, place) <= REACH_M
        )
        return tuple(agent for agent, spot in near if spot.scene.treat(at_s))

    def is_clear(self, place: Point, kind: IncidentKind, at_s: float) -> bool:
        """Whether somebody who stands there finds nothing of the kind any more."""
        near = [
            spot
            for spot in self._spots.values()
            if spot.incident_kind == kind and distance_m(spot.place, place) <= REACH_M
        ]
        return not any(spot.scene.is_present(at_s) for spot in near)
