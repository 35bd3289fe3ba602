"""Ground truth in front of one camera or gauge: conditions, and times when the source is blind.

A condition begins with a street event and ends when a crew treats it or when it passes by itself.
Agents observe it through their sources only; laws are judged by it. Times are simulated seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from citybrain.geo import Point, distance_m
from citybrain.ids import AgentId
from citybrain.structs import Struct, replace
from citysim.life.values import KindLife
from citysim.sim.scenario import CitySpec, StreetEvent

TREATMENTS = 2  # where the first treatment does not help, the second does


class TrueCondition(Struct, frozen=True, kw_only=True):
    """A street event as it really went. `until_s` None: it still goes on."""

    number: int
    since_s: float
    until_s: float | None


class Blindness(Struct, frozen=True, kw_only=True):
    """The source cannot see between `since_s` and `until_s`."""

    since_s: float
    until_s: float
    reason: str


class SourceTrouble(Struct, frozen=True, kw_only=True):
    """The box gets less of its source between `since_s` and `until_s`, which is not told so.

    `look_every_s`: so rare are the looks of its detector. `odd_share`: of the readings of its gauge
    that are none.
    """

    since_s: float
    until_s: float
    look_every_s: float = 0.0
    odd_share: float = 0.0


NO_TROUBLE = SourceTrouble(since_s=0.0, until_s=0.0)


class Scene:
    """The scene of one source: its street events, and what crews have done about them."""

    def __init__(self, street_events: Iterable[StreetEvent] = ()) -> None:
        self._events = sorted(street_events, key=lambda h: (h.at_s, h.number))
        self._treatments: dict[int, int] = {}
        self._treated_s: dict[int, float] = {}
        self.blindness: list[Blindness] = []
        self.trouble: list[SourceTrouble] = []

    def begin(self, street_event: StreetEvent) -> None:
        """Adds an event that the scenario did not hold."""
        self._events = sorted([*self._events, street_event], key=lambda h: (h.at_s, h.number))

    def is_present(self, at_s: float) -> bool:
        """Whether any condition is present."""
        return any(h.at_s <= at_s < self._end_s(h) for h in self._events)

    def treat(self, at_s: float) -> bool:
        """A crew has worked here. True: that ended a condition."""
        helped = False
        for street_event in self._events:
            if street_event.at_s <= at_s < self._end_s(street_event):
                count = self._treatments[street_event.number] = (
                    self._treatments.get(street_event.number, 0) + 1
                )
                if street_event.first_treatment_helps or count >= TREATMENTS:
                    self._treated_s[street_event.number] = at_s
                    helped = True
        return helped

    def blind(self, since_s: float, until_s: float, reason: str) -> None:
        """The source cannot see between the two times."""
        self.blindness.append(Blindness(since_s=since_s, until_s=until_s, reason=reason))

    def blind_reason(self, at_s: float) -> str:
        """Why the source cannot see; "" where it can."""
        return next((b.reason for b in self.blindness if b.since_s <= at_s < b.until_s), "")

    def disturb(self, trouble: SourceTrouble) -> None:
        """The box gets less of its source for a while."""
        self.trouble.append(trouble)

    def calm(self, at_s: float) -> None:
        """All of that is over."""
        self.trouble = [replace(t, until_s=min(t.until_s, at_s)) for t in self.trouble]

    def trouble_at(self, at_s: float) -> SourceTrouble:
        """What the box does not get; the first of several."""
        return next((t for t in self.trouble if t.since_s <= at_s < t.until_s), NO_TROUBLE)

    def conditions(self, at_s: float) -> tuple[TrueCondition, ...]:
        """The conditions that began up to `at_s`."""
        begun = [(h, self._end_s(h)) for h in self._events if h.at_s <= at_s]
        return tuple(
            TrueCondition(number=h.number, since_s=h.at_s, until_s=end_s if end_s <= at_s else None)
            for h, end_s in begun
        )

    def _end_s(self, street_event: StreetEvent) -> float:
        lasts_s = street_event.duration_s or inf
        return min(street_event.at_s + lasts_s, self._treated_s.get(street_event.number, inf))


@dataclass(frozen=True, slots=True)  # not a Struct: a scene is not a value
class _SceneSite:
    scene: Scene
    place: Point
    life: KindLife

    def is_within_reach(self, place: Point) -> bool:
        """Whether a crew's work at `place` reaches the scene."""
        return distance_m(self.place, place) <= self.life.reach_m


class Scenes:
    """Every scene of a city, by the agent that observes it."""

    def __init__(self, city: CitySpec, street_events: Iterable[StreetEvent]) -> None:
        by_agent: dict[AgentId, list[StreetEvent]] = {}
        for street_event in street_events:
            by_agent.setdefault(street_event.agent, []).append(street_event)
        self._sites = {
            box.agent: _SceneSite(Scene(by_agent.get(box.agent, ())), box.place, box.life)
            for _, box in city.boxes()
        }

    def of(self, agent: AgentId) -> Scene:
        return self._sites[agent].scene

    def treat(self, place: Point, at_s: float) -> tuple[AgentId, ...]:
        """A crew has finished its work at `place`. The agents where a condition ended."""
        return tuple(agent for agent, site in self._reached(place) if site.scene.treat(at_s))

    def is_clear(self, place: Point, at_s: float) -> bool:
        """Whether a person at `place` finds no condition any more."""
        return not any(site.scene.is_present(at_s) for _, site in self._reached(place))

    def _reached(self, place: Point) -> list[tuple[AgentId, _SceneSite]]:
        """Where whoever is at `place` looks and works: at everything near by, however it is called.
        Several kinds may be one case, and a person may have called it otherwise."""
        return [(agent, site) for agent, site in self._sites.items() if site.is_within_reach(place)]
