"""After every story: the links stand, the crews obey, the clocks agree, and all that is wanted must be served within a stated time. One way, not all."""

from dataclasses import dataclass, replace

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.ids import DistrictId
from citybrain.vocabulary import SlotState
from citysim.explore.small.layout import Budget
from citysim.explore.small.moves import At, Moves, Spot
from citysim.explore.small.nodes import CITY, NEXT_BUTTON, Nodes
from district_node.cores.belief.incident import wants_help
from district_node.cores.report import incident_report, unit_report

BOUND_S = 180.0  # from the calm on, until everything that is wanted has been served
STEPS = 2_000  # more than any calm takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    seconds: float
    reason: str = ""  # why it did not


class Calm:
    """Judges spots of `moves` that are at rest."""

    def __init__(self, moves: Moves) -> None:
        quiet = Budget(**dict.fromkeys(Budget.__dataclass_fields__, 0))
        self._nodes = moves.nodes
        self._moves = Moves(
            replace(moves.world, buttons=len(NEXT_BUTTON)),
            quiet,
            within=moves,
            numbering=moves.numbering,
        )
        self._known: dict[Spot, Settled] = {}

    def settles(self, spot: Spot) -> Settled:
        """How long it takes from here; `reason` says what is wanting where it does not come to an end in time."""
        spot = tuple(At(*spot)._replace(left=0, wild=0))
        start = self._now(spot)
        spot = self._at_the_time(spot, start)
        way: list[tuple[Spot, Timestamp]] = []
        end: Settled | None = None
        for _ in range(STEPS):
            known = self._known.get(spot)
            if known is not None:
                end = replace(
                    known, seconds=seconds_between(start, self._now(spot)) + known.seconds
                )
                break
            way.append((spot, self._now(spot)))
            following = self._moves.bound(spot)
            if following:
                spot = following[0][1]
                continue
            reason = wanting(self._nodes, spot)
            end = Settled(seconds=seconds_between(start, self._now(spot)), reason=reason)
            if (
                not reason
                or (after := self._time_goes_on(spot)) is None
                or seconds_between(start, self._now(after)) > BOUND_S
            ):
                break
            spot = after
        assert end is not None, "a calm that never comes to rest"
        finish = later(start, end.seconds)
        for each, at in way:
            self._known[each] = replace(end, seconds=seconds_between(at, finish))
        return (
            replace(end, reason=f"{BOUND_S:g} s after everything has healed: {end.reason}")
            if end.reason
            else end
        )

    def _time_goes_on(self, spot: Spot) -> Spot | None:
        """To the earliest deadline of all, which fires. None: nobody waits for anything."""
        nodes = (self._nodes.city, *self._nodes.districts)
        waiting = [
            (timers[0].due, where)
            for where, node in enumerate(nodes)
            if (timers := node.points[spot[where]].timers)
        ]
        if not waiting:
            return None
        due, where = min(waiting)
        spot = self._at_the_time(spot, max(due, self._now(spot)))
        return self._moves.fired(spot, where)

    def _at_the_time(self, spot: Spot, at: Timestamp) -> Spot:
        nodes = (self._nodes.city, *self._nodes.districts)
        return (
            *(node.tick(number, at) for node, number in zip(nodes, spot[:3], strict=True)),
            *spot[3:],
        )

    def _now(self, spot: Spot) -> Timestamp:
        nodes = (self._nodes.city, *self._nodes.districts)
        return max(node.points[number].at for node, number in zip(nodes, spot[:3], strict=True))


def is_done(nodes: Nodes, spot: Spot) -> bool:
    return not wanting(nodes, spot)


def wanting(nodes: Nodes, spot: Spot) -> str:
    """What is not as it should be in the end: a place not served, an order still under way, or city and owner of two minds. "": nothing."""
    city = nodes.city.points[spot[0]].state
    for name, node, number in zip(nodes.names, nodes.districts, spot[1:3], strict=True):
        point = node.points[number]
        for incident in point.state.incidents.values():
            unserved = [
                s for s in incident.slots if s.state not in (SlotState.SERVED, SlotState.CANCELLED)
            ]
            if unserved and wants_help(incident):
                return f"slot {unserved[0].slot} is {unserved[0].state}, and nobody serves it"
            if city.world.incidents.get(incident.incident) != incident_report(
                incident, DistrictId(name)
            ):
                return f"{name} and the {CITY} hold different words on {incident.incident}"
        for unit in point.state.roster.units.values():
            if unit.order is not None:
                return f"{unit.unit} still has order {unit.order}"
            if city.world.units.get(unit.unit) != unit_report(unit, DistrictId(name)):
                return f"{name} and the {CITY} hold different words on {unit.unit}"
    under_way = city.drives.live.keys()
    return f"the {CITY} still drives {under_way[0]}" if under_way else ""
