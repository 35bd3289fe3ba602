"""Explored stories on the real thing: reactors, journals with their hash chains, letters out of stores, restarts by replay. Explores nothing itself.

What a search holds for a point must be what production comes to. After every step of a story the node's state and its timers are compared with the point,
in the point's terms: what no decision reads is left out (`small.views`), and names that were made of record numbers are translated.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.command import ClockStepped, TimerFired
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId
from citybrain.journal import chain
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import GENESIS, Head
from citysim.explore.small.layout import BEGIN, Quarter, epoch_of, setup_of
from citysim.explore.small.moves import At, Move, Moves, Spot
from citysim.explore.small.node import FIRST, Point, Tier
from citysim.explore.small.nodes import CITY, made_plan
from coordinator import inputs as of_city
from district_node import inputs as of_district

UP = {kind.__name__: kind for kind in (IncidentReport, UnitReport, OrderAnswer, OrderProgress)}
DOWN = {kind.__name__: kind for kind in (OrderRequest, OrderProgress)}
FAR = Timestamp(2**62)
TIMERS = 1_000


class Names:
    """What a number in a point's names is in the real journal of the same node, and back."""

    def __init__(self) -> None:
        self._real: dict[tuple[str, str], str] = {}
        self._point: dict[tuple[str, str], str] = {}

    def learn(self, owner: str, of_point: int, real: int) -> None:
        self._real[owner, str(of_point)], self._point[owner, str(real)] = str(real), str(of_point)

    def to_real(self, given: Any) -> Any:
        """An input of the search, as the real nodes would name things."""
        return canonical_json.decode(
            self._said(canonical_json.encode(given).decode(), self._real).encode(), type(given)
        )

    def said_real(self, text: str) -> str:
        return self._said(text, self._real)

    def to_point(self, text: str) -> str:
        return self._said(text, self._point)

    def _said(self, text: str, table: dict[tuple[str, str], str]) -> str:
        owners = "|".join(re.escape(owner) for owner in sorted({owner for owner, _ in table}))
        if not owners:
            return text
        return re.sub(
            rf"(?<=inc-|der-|ook-|lan-)({owners})-(\d+)",
            lambda found: f"{found[1]}-{table.get((found[1], found[2]), 'untold' + found[2])}",
            text,
        )


class RealNode:
    """A node of production on a store in memory."""

    def __init__(self, name: str, tier: Tier, kinds: Any) -> None:
        self.name, self._tier, self._kinds = name, tier, kinds
        self.store = MemoryStore()
        self.at = BEGIN
        self._open()
        self.decider.run(
            [ClockStepped(micros=0)] * FIRST, self.at
        )  # so that all numbers of a story have three digits (see `small.node`)

    def _open(self) -> None:
        self.decider: Decider[Any] = Decider(
            decide=self._tier.decide,
            initial=self._tier.initial,
            store=self.store,
            kinds=self._kinds,
        )

    def give(self, given: Any) -> int:
        """The number of its record."""
        (taken,) = self.decider.run([given], self.at)
        assert isinstance(taken, Committed), f"{self.name} could not decide {given}: {taken}"
        return taken.seq

    def fire(self, timer: str) -> int:
        (due,) = (t for t in self.store.timers_due(at=self.at, limit=TIMERS) if t.timer == timer)
        (taken,) = self.decider.run(
            [TimerFired(timer=due.timer, subject=due.subject, version=due.version)], self.at
        )
        assert isinstance(taken, Committed), f"{self.name} could not decide a deadline: {taken}"
        return taken.seq

    def crash(self) -> None:
        """The power goes; the next process reads the journal, every hash of it, and decides it all again."""
        before = self.decider.state_hash()
        self.store = self.store.crash()
        self._open()
        assert self.decider.divergence is None, (
            f"{self.name} decides record {self.decider.divergence} otherwise"
        )
        assert self.decider.state_hash() == before, f"{self.name}'s journal gives another state"

    def text(self) -> str:
        """State and timers, as far as decisions read them."""
        timers = self.store.timers_due(at=FAR, limit=TIMERS)
        return canonical_json.encode(self._tier.alike(self.decider.state, timers)).decode()

    def is_chained(self) -> bool:
        return (
            sum(1 for _ in chain.checked(self.store.records(), Head(seq=0, hash=GENESIS)))
            == self.store.head().seq
        )


class Real:
    """A small world of production."""

    def __init__(self, moves: Moves) -> None:
        self._moves, self._names = moves, Names()
        nodes = moves.nodes
        self.city = RealNode(CITY, nodes.city.tier, of_city.KINDS)
        self.districts = tuple(
            RealNode(node.name, node.tier, of_district.KINDS) for node in nodes.districts
        )
        self._sessions = [0, 0]
        self._plan: of_city.PlanMade | None = None
        self._records: list[tuple[RealNode, int]] = []

    def follow(self, before: Spot, move: Move, after: Spot) -> None:
        """Do what `move` does, and compare."""
        nodes = self._moves.nodes
        for where, (node, real) in enumerate(
            zip((nodes.city, *nodes.districts), (self.city, *self.districts), strict=True)
        ):
            real.at = node.points[after[where]].at
        self._records = []
        self._do(move, At(*before))
        for where, (node, real) in enumerate(
            zip((nodes.city, *nodes.districts), (self.city, *self.districts), strict=True)
        ):
            had, has = node.points[before[where]], node.points[after[where]]
            if has.seq != had.seq:
                self._names.learn(
                    node.tier.names,
                    node.tier.numbering.number(had.seq),
                    next(seq for of, seq in self._records if of is real),
                )
        for where, (node, real) in enumerate(
            zip((nodes.city, *nodes.districts), (self.city, *self.districts), strict=True)
        ):
            self._compare(real, node.tier, node.points[after[where]], move)
        self._think()

    def _compare(self, real: RealNode, tier: Tier, point: Point, move: Move) -> None:
        """Tables as such: under other names they stand in another order."""
        theirs, ours = (
            json.loads(self._names.to_point(real.text())),
            json.loads(canonical_json.encode(tier.alike(point.state, point.timers))),
        )
        assert theirs == ours, (
            f"after {move} production's {real.name} is elsewhere: {'; '.join(_differences(theirs, ours))}"
        )

    def _do(self, move: Move, before: At) -> None:
        what, name = move[0], move[1]
        d = self._moves.nodes.names.index(name) if name != CITY else -1
        real = self.city if name == CITY else self.districts[d]
        match what:
            case "start":
                self._start(real, d)
            case "crash":
                real.crash()
                self._plan = None if real is self.city else self._plan
                self._start(real, d)
            case "resume":
                self._resume(d, self._moves.world.quarters[d])
            case "notice":
                self._notice(d)
            case "cut":
                pass
            case "fire":
                self._records.append((real, real.fire(self._names.said_real(move[2]))))
            case "plan":
                assert self._plan is not None, "production asked for no plan"
                self._give(real, self._plan)
            case "up" | "down" | "up twice" | "down twice":
                for _ in range(2 if what.endswith("twice") else 1):
                    self._deliver(what.split()[0], d)
            case _:
                self._give(real, self._names.to_real(self._local(d, before, move)))

    def _give(self, real: RealNode, given: Any) -> None:
        self._records.append((real, real.give(given)))

    def _start(self, real: RealNode, d: int) -> None:
        world = self._moves.world
        if d < 0:
            self._give(real, of_city.NodeStarted(policy=world.policy, epoch=epoch_of(CITY)))
        else:
            self._give(
                real,
                of_district.NodeStarted(
                    setup=setup_of(world.quarters[d]), epoch=epoch_of(real.name)
                ),
            )

    def _resume(self, d: int, quarter: Quarter) -> None:
        district = self.districts[d]
        self._sessions[d] += 1
        hello = of_city.DistrictConnected(
            district=DistrictId(quarter.name),
            name=quarter.name,
            centre=quarter.place,
            epoch=epoch_of(quarter.name),
            session=self._sessions[d],
            up_next=district.store.next_position(CITY),
            down_acked=district.decider.state.city.seen,
        )
        self._give(self.city, hello)
        self._give(district, of_district.CityLinkChanged(up=True, epoch=epoch_of(CITY)))

    def _notice(self, d: int) -> None:
        name, district = DistrictId(self.districts[d].name), self.districts[d]
        if not self.city.decider.state.world.districts[name].away:
            self._give(
                self.city,
                of_city.DistrictLost(
                    district=name, session=self._sessions[d], heard_at=self.city.at
                ),
            )
        if district.decider.state.city.up:
            self._give(district, of_district.CityLinkChanged(up=False, reason="cut"))

    def _deliver(self, way: str, d: int) -> None:
        """The next letter; where it was delivered just now, the same once more."""
        district, is_again = self.districts[d], bool(self._records)
        name = DistrictId(district.name)
        if way == "up":
            seen = self.city.decider.state.world.districts[name].up_acked - is_again
            (letter,) = district.store.letters(to=CITY, after=seen, limit=1)
            said: Any = canonical_json.decode(letter.payload, UP[letter.kind])
            self._give(
                self.city, of_city.said(name, epoch_of(name), letter.position, said, after=seen)
            )
            return
        seen = district.decider.state.city.seen - is_again
        (letter,) = self.city.store.letters(to=f"district/{name}", after=seen, limit=1)
        value: Any = canonical_json.decode(letter.payload, DOWN[letter.kind])
        asked, told = (value, None) if isinstance(value, OrderRequest) else (None, value)
        self._give(
            district,
            of_district.CityLetterReceived(
                position=letter.position, after=seen, request=asked, progress=told
            ),
        )

    def _local(self, d: int, before: At, move: Move) -> Any:
        point = before[1 + d]
        here = self._moves.nodes.locals_of(d, point, buttons=self._moves.world.buttons)
        return next(
            local.given
            for local in here
            if (local.move[0], self._moves.nodes.names[d], *local.move[1:]) == move
        )

    def _think(self) -> None:
        """The planner makes its plan as soon as it is asked."""
        wish = self.city.decider.state.replan
        if not wish.is_awaited:
            self._plan = None
        elif self._plan is None or self._plan.asked != wish.asked:
            self._plan = made_plan(self.city.decider.state, self.city.at)


def _differences(theirs: Any, ours: Any, where: str = "") -> list[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [
            each
            for key in sorted({*theirs, *ours})
            for each in _differences(theirs.get(key), ours.get(key), f"{where}.{key}")
        ]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [
            each
            for i, pair in enumerate(zip(theirs, ours, strict=True))
            for each in _differences(*pair, f"{where}[{i}]")
        ]
    return [] if theirs == ours else [f"{where} is {theirs}, and was explored as {ours}"]


def prove(moves: Moves, path: Sequence[tuple[Move, Spot]]) -> int:
    """Tell the story `path` (of moves and the spots that they lead to) from the very start to production; `AssertionError` says where it goes elsewhere.
    Returns how many records were journaled."""
    real = Real(moves)
    spot: Spot = (0,) * len(At._fields)
    for move, after in (*moves.opening(), *path):
        real.follow(spot, move, after)
        spot = after
    every = (real.city, *real.districts)
    for node in every:
        node.crash()
        assert node.is_chained(), f"{node.name}'s journal is not one chain"
    return sum(node.store.head().seq - FIRST for node in every)
