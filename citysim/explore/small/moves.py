"""What can happen next in a small world, and where it leads: the network, the faults and the people, over the points of three nodes.

Streams are the production's: two ordered logs that resume from what was journaled. With `strays` in the budget the network is `wild`, too.
Almost everything that happens concerns the city and one district: a *lane*. What can happen in a lane depends on those two points, their stream and the
letters in it alone, and is worked out once.
"""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from citybrain.journal.port import Timer
from citysim.explore.small.layout import COSTS, TOGETHER, Budget, SmallWorld
from citysim.explore.small.node import RISING, Numbering, Posted
from citysim.explore.small.nodes import CITY, Nodes
from citysim.explore.small.told import doubles
from citysim.explore.small.wild import Hands, Held, heads
from coordinator.cores import replan

QUEUE_PLACES = (("up_1", "up_2"), ("down_1", "down_2"))
PLANS_MAX = 12  # that come back in one story. Only a wild network can make the city plan for ever: out of an old report that overtook a new one
UP, CUT, NOTICED = 0, 1, 2  # a stream stands, is broken and nobody knows, is broken and both know
FREE, SPENT = -1, -1  # costs nothing; nothing was left
Move = tuple[str, ...]
Spot = tuple[int, ...]  # where the world is: see `At`
Lane = tuple[
    int, int, int, int, int, int
]  # district (0, 1), city's point, its point, letters up, letters down, stream


class At(NamedTuple):
    """The places of a `Spot`. A search makes millions of them, as plain tuples."""

    city: int  # point of the city
    first: int  # … and of the districts
    second: int
    up_1: int  # letters under way, as the number of a queue
    up_2: int
    down_1: int
    down_2: int
    link_1: int
    link_2: int
    plan: int  # on its way from the planner to the city; 0: none
    left: int  # what may still go wrong
    wild: int  # what a wild network holds; 0 where it is not wild


class Effect(NamedTuple):
    """One thing that can happen in a lane, and what comes of it."""

    move: Move
    cost: int  # index of what it spends; FREE: it is bound to happen
    city: int
    point: int
    up: int
    down: int
    link: int
    others: tuple[int, ...]  # letters that the city posts to the other district
    plan: int  # that the city asks for then


class Queues:
    """Every different row of letters under way, once: a queue's number stands for it. 0 is the empty one."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, ...]] = [()]
        self._numbers: dict[tuple[int, ...], int] = {(): 0}

    def row(self, queue: int) -> tuple[int, ...]:
        return self._rows[queue]

    def number(self, row: tuple[int, ...]) -> int:
        known = self._numbers.get(row)
        if known is None:
            known = self._numbers[row] = len(self._rows)
            self._rows.append(row)
        return known

    def push(self, queue: int, letters: tuple[int, ...]) -> int:
        return self.number(self._rows[queue] + letters) if letters else queue

    def popped(self, queue: int) -> int:
        return self.number(self._rows[queue][1:])


class Moves:
    """The rules of one small world."""

    def __init__(
        self,
        world: SmallWorld,
        budget: Budget,
        *,
        within: "Moves | None" = None,
        numbering: Numbering = RISING,
    ) -> None:
        """`within`: rules of the same world whose points and letters these go on with."""
        self.world, self.budget, self.numbering = world, budget, numbering
        self.nodes: Nodes = within.nodes if within is not None else Nodes(world, numbering)
        self.queues: Queues = within.queues if within is not None else Queues()
        self._lefts: list[tuple[int, ...]] = [budget.left()]
        self._paid: dict[tuple[int, int], int] = {}
        self._bound: dict[Lane, tuple[Effect, ...]] = {}
        self._wrong: dict[Lane, tuple[Effect, ...]] = {}
        self._doubles: dict[tuple[int, int, int], str] = {}
        self._hands = Hands()
        self._plans_max = sys.maxsize if numbering.is_exact else PLANS_MAX

    def begin(self) -> Spot:
        """Everything is up, connected, and the city knows the units and the incidents that it is to know."""
        return self.opening()[-1][1]

    def opening(self) -> tuple[tuple[Move, Spot], ...]:
        """The steps that lead to the beginning."""
        spot: Spot = (0,) * len(At._fields)
        steps: list[tuple[Move, Spot]] = [
            (("start", CITY), spot := self._city_took(spot, self.nodes.start_city(0), 0))
        ]
        for d, name in enumerate(self.nodes.names):
            steps.append(
                (
                    ("start", name),
                    spot := self._district_took(spot, d, self.nodes.start_district(d, 0)),
                )
            )
            both = self.nodes.connect(d, spot[0], spot[1 + d])
            spot = self._city_took(spot, (both.city, both.down), 0)
            steps.append(
                (("resume", name), spot := self._district_took(spot, d, (both.point, both.up)))
            )
        steps += self._delivered(spot, "up", "down")
        for d, name in enumerate(self.nodes.names):
            for number in range(1, self.world.told[d] + 1):
                move = ("alarm", name, str(number))
                steps.append((move, dict(self.bound(steps[-1][1]))[move]))
                steps += self._delivered(steps[-1][1], "up")
        return tuple(steps)

    def bound(self, spot: Spot) -> list[tuple[Move, Spot]]:
        """What will happen sooner or later. Nothing: the world is at rest until time passes."""
        city, first, second, up_1, up_2, down_1, down_2, link_1, link_2, plan, left, wild = spot
        push = self.queues.push
        found: list[tuple[Move, Spot]] = [
            (
                e.move,
                (
                    e.city,
                    e.point,
                    second,
                    e.up,
                    up_2,
                    e.down,
                    push(down_2, e.others),
                    e.link,
                    link_2,
                    plan or e.plan,
                    left,
                    wild,
                ),
            )
            for e in self._lane_bound((0, city, first, up_1, down_1, link_1))
        ]
        found += [
            (
                e.move,
                (
                    e.city,
                    first,
                    e.point,
                    up_1,
                    e.up,
                    push(down_1, e.others),
                    e.down,
                    link_1,
                    e.link,
                    plan or e.plan,
                    left,
                    wild,
                ),
            )
            for e in self._lane_bound((1, city, second, up_2, down_2, link_2))
        ]
        if plan and self.nodes.city.points[city].seq <= self._plans_max:
            found.append(
                (("plan", CITY), self._city_took(spot, self.nodes.planned(city, plan), left))
            )
        if wild:
            found += self._stray_arrives(At(*spot))
        return found

    def wrong(self, spot: Spot) -> list[tuple[Move, Spot]]:
        """What may go wrong, as long as the budget has some of it left."""
        city, first, second, up_1, up_2, down_1, down_2, link_1, link_2, plan, left, wild = spot
        if not self._lefts[left][TOGETHER]:
            return []
        push, found = self.queues.push, self._wrong_at_the_city(spot) + self._strays(At(*spot))
        for e in self._lane_wrong((0, city, first, up_1, down_1, link_1)):
            if (rest := self.pay(left, e.cost)) != SPENT:
                found.append(
                    (
                        e.move,
                        (
                            e.city,
                            e.point,
                            second,
                            e.up,
                            up_2,
                            e.down,
                            push(down_2, e.others),
                            e.link,
                            link_2,
                            plan or e.plan,
                            rest,
                            wild,
                        ),
                    )
                )
        for e in self._lane_wrong((1, city, second, up_2, down_2, link_2)):
            if (rest := self.pay(left, e.cost)) != SPENT:
                found.append(
                    (
                        e.move,
                        (
                            e.city,
                            first,
                            e.point,
                            up_1,
                            e.up,
                            push(down_1, e.others),
                            e.down,
                            link_1,
                            e.link,
                            plan or e.plan,
                            rest,
                            wild,
                        ),
                    )
                )
        return found

    def broken(self, spot: Spot) -> str:
        """What was told in the story that led here and must not have been; "" while no law is broken."""
        nodes = self.nodes
        city, first, second = (
            nodes.city.points[spot[0]],
            nodes.districts[0].points[spot[1]],
            nodes.districts[1].points[spot[2]],
        )
        key = (city.words, first.words, second.words)
        known = self._doubles.get(key)
        if known is None:
            told = (city.told, first.told, second.told)
            known = self._doubles[key] = next(
                (each.broken for each in told if each.broken), ""
            ) or doubles(told[0], told[1:])
        return known

    def pay(self, left: int, cost: int) -> int:
        """What is left of the budget after one more of `cost`."""
        key = (left, cost)
        if key not in self._paid:
            rest = tuple(n - (i in (cost, TOGETHER)) for i, n in enumerate(self._lefts[left]))
            if rest not in self._lefts and min(rest) >= 0:
                self._lefts.append(rest)
            self._paid[key] = self._lefts.index(rest) if min(rest) >= 0 else SPENT
        return self._paid[key]

    # a lane

    def _lane_bound(self, lane: Lane) -> tuple[Effect, ...]:
        known = self._bound.get(lane)
        if known is None:
            known = self._bound[lane] = (*self.deliveries(lane), *self._people(lane, is_bound=True))
        return known

    def _lane_wrong(self, lane: Lane) -> tuple[Effect, ...]:
        known = self._wrong.get(lane)
        if known is None:
            known = self._wrong[lane] = (
                *self.repeats(lane),
                *self._people(lane, is_bound=False),
                *self._failures(lane),
            )
        return known

    def deliveries(self, lane: Lane) -> Iterator[Effect]:
        """Letters arrive in their order; a broken stream is opened again, noticed before or not."""
        d, city, point, up, down, link = lane
        nodes, name = self.nodes, self.nodes.names[d]
        if link != UP:
            both = nodes.connect(d, city, point)
            yield self._effect(
                lane,
                ("resume", name),
                city=(both.city, both.down),
                point=(both.point, both.up),
                link=UP,
            )
            if link == CUT:
                both = nodes.notice(d, city, point)
                yield self._effect(
                    lane,
                    ("notice", name),
                    city=(both.city, both.down),
                    point=(both.point, both.up),
                    link=NOTICED,
                )
            return
        if up:
            taken = nodes.up(d, city, self.queues.row(up)[0])
            yield self._effect(
                (d, city, point, self.queues.popped(up), down, link), ("up", name), city=taken
            )
        if down:
            took = nodes.down(d, point, self.queues.row(down)[0])
            yield self._effect(
                (d, city, point, up, self.queues.popped(down), link), ("down", name), point=took
            )

    def repeats(self, lane: Lane) -> Iterator[Effect]:
        """A letter comes twice, under the position that it has."""
        d, city, point, up, down, link = lane
        nodes, name = self.nodes, self.nodes.names[d]
        if link == UP and up:
            letter = self.queues.row(up)[0]
            once, first = nodes.up(d, city, letter)
            twice, more = nodes.up(d, once, letter, is_repeat=True)
            yield self._effect(
                (d, city, point, self.queues.popped(up), down, link),
                ("up twice", name),
                "repeats",
                city=(twice, _joined(first, more)),
            )
        if link == UP and down:
            letter = self.queues.row(down)[0]
            once, first = nodes.down(d, point, letter)
            twice, more = nodes.down(d, once, letter, is_repeat=True)
            yield self._effect(
                (d, city, point, up, self.queues.popped(down), link),
                ("down twice", name),
                "repeats",
                point=(twice, _joined(first, more)),
            )

    def _failures(self, lane: Lane) -> Iterator[Effect]:
        """The stream breaks; the district dies after any of its records and is up again; its time goes on to its next deadline before anything else comes."""
        d, _, point, _, _, link = lane
        node = self.nodes.districts[d]
        if link == UP:
            yield self._effect(lane, ("cut", node.name), "losses", link=CUT)
        yield self._effect(
            lane,
            ("crash", node.name),
            "crashes",
            point=self.nodes.start_district(d, point),
            link=CUT,
        )
        for due in node.due(point):
            yield self._effect(
                lane, ("fire", node.name, due.timer), "delays", point=node.fire(point, due)
            )

    def _people(self, lane: Lane, *, is_bound: bool) -> Iterator[Effect]:
        d, point = lane[0], lane[2]
        node = self.nodes.districts[d]
        for local in self.nodes.locals_of(d, point, buttons=self.world.buttons):
            if is_bound != bool(local.cost):
                took = node.take(point, local.move, partial(_itself, local.given))
                yield self._effect(
                    lane, (local.move[0], node.name, *local.move[1:]), local.cost, point=took
                )

    def _effect(
        self,
        lane: Lane,
        move: Move,
        cost: str = "",
        *,
        city: tuple[int, Posted] | None = None,
        point: tuple[int, Posted] | None = None,
        link: int | None = None,
    ) -> Effect:
        """A plan that is asked for is made at once, out of what the city knows then; it may come as late as it likes."""
        d, city_before, point_before, up, down, link_before = lane
        city_after, posted_down = city if city is not None else (city_before, self.nodes.none_down)
        point_after, posted_up = point if point is not None else (point_before, self.nodes.none_up)
        return Effect(
            move,
            COSTS[cost] if cost else FREE,
            city_after,
            point_after,
            self.queues.push(up, posted_up[0]),
            self.queues.push(down, posted_down[d]),
            link if link is not None else link_before,
            posted_down[1 - d],
            self.nodes.wished(city_after),
        )

    # the city

    def _wrong_at_the_city(self, spot: Spot) -> list[tuple[Move, Spot]]:
        """It dies, with every stream and with the plan it waits for; its time goes on to its next deadline."""
        found: list[tuple[Move, Spot]] = []
        at = At(*spot)
        if (rest := self.pay(at.left, COSTS["crashes"])) != SPENT:
            cut = at._replace(link_1=at.link_1 or CUT, link_2=at.link_2 or CUT)
            found.append(
                (("crash", CITY), self._city_took(cut, self.nodes.start_city(at.city), rest))
            )
        if (rest := self.pay(at.left, COSTS["delays"])) != SPENT:
            found += [
                (("fire", CITY, due.timer), self.city_fired(spot, due, rest))
                for due in self.nodes.city.due(at.city)
            ]
        return found

    def city_fired(self, spot: Spot, due: Timer, left: int) -> Spot:
        """After a deadline of the city; when it waited for a plan for too long it asks for another, and the old one counts no more."""
        after = self._city_took(spot, self.nodes.city.fire(spot[0], due), left)
        return (
            after
            if due.timer == replan.TIMER or not spot[9]
            else (*after[:9], spot[9], *after[10:])
        )

    def held(self, wild: int) -> Held | None:
        """What a wild network holds back."""
        return self._hands.held(wild)

    def fired(self, spot: Spot, where: int) -> Spot:
        """The world after the earliest deadline of one node (0: the city) has fired, which costs nothing here."""
        node = (self.nodes.city, *self.nodes.districts)[where]
        due = node.due(spot[where])[0]
        return (
            self.city_fired(spot, due, spot[10])
            if where == 0
            else self._district_took(spot, where - 1, node.fire(spot[where], due))
        )

    # a wild network

    def _strays(self, at: At) -> list[tuple[Move, Spot]]:
        """A letter is held back while others pass it, or a copy of it is."""
        rest = self.pay(at.left, COSTS["strays"])
        if at.wild or rest == SPENT:
            return []
        found: list[tuple[Move, Spot]] = []
        for is_down, d, queue in heads(
            (at.up_1, at.up_2), (at.down_1, at.down_2), (at.link_1 == UP, at.link_2 == UP)
        ):
            place = QUEUE_PLACES[is_down][d]
            held = at._replace(
                left=rest, wild=self._hands.number(Held(is_down, d, self.queues.row(queue)[0]))
            )
            way, name = ("down" if is_down else "up"), self.nodes.names[d]
            found.append(
                ((f"{way} held", name), tuple(held._replace(**{place: self.queues.popped(queue)})))
            )
            found.append(((f"{way} copied", name), tuple(held)))
        return found

    def _stray_arrives(self, at: At) -> list[tuple[Move, Spot]]:
        held = self._hands.held(at.wild)
        if held is None or (at.link_1, at.link_2)[held.d] != UP:
            return []
        name, free = self.nodes.names[held.d], tuple(at._replace(wild=0))
        if not held.is_down:
            after = self._city_took(free, self.nodes.up(held.d, at.city, held.letter), at.left)
            return [(("up late", name), (*after[:9], at.plan or after[9], *after[10:]))]
        return [
            (
                ("down late", name),
                self._district_took(
                    free, held.d, self.nodes.down(held.d, free[1 + held.d], held.letter)
                ),
            )
        ]

    def _city_took(self, spot: Spot, took: tuple[int, Posted], left: int) -> Spot:
        _, first, second, up_1, up_2, down_1, down_2, link_1, link_2, _, _, wild = spot
        city, (to_first, to_second) = took
        push = self.queues.push
        return (
            city,
            first,
            second,
            up_1,
            up_2,
            push(down_1, to_first),
            push(down_2, to_second),
            link_1,
            link_2,
            self.nodes.wished(city),
            left,
            wild,
        )

    def _delivered(self, spot: Spot, *ways: str) -> list[tuple[Move, Spot]]:
        """The steps until every letter under way has arrived."""
        steps: list[tuple[Move, Spot]] = []
        while waiting := [
            step for step in self.bound(steps[-1][1] if steps else spot) if step[0][0] in ways
        ]:
            steps.append(waiting[0])
        return steps

    def _district_took(self, spot: Spot, d: int, took: tuple[int, Posted]) -> Spot:
        point, (up,) = took
        places = (("first", "up_1"), ("second", "up_2"))[d]
        return tuple(
            At(*spot)._replace(**{places[0]: point, places[1]: self.queues.push(spot[3 + d], up)})
        )


def _itself(given: Any) -> Any:
    return given


def _joined(first: Posted, more: Posted) -> Posted:
    return tuple(a + b for a, b in zip(first, more, strict=True))
