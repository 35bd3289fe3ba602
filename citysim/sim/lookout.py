"""Somebody who looks every second at what can see and what is dark, at what keeps a district from
hearing of it, and at the cases of darkness on its screen: notes for the laws, no part of the city.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from citybrain.clock import SECOND_US, Timestamp
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import replace
from citysim.laws.ground_truth_log import DarkCase, Sight, SightState
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.revocations import Revocations
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.scene import NO_TROUBLE
from district_node.cores.flows.incident_steps import is_unattended
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.cores.incidents.watched import is_all_back
from district_node.cores.state import DistrictState
from district_node.playbook import UNKNOWN_PLAYBOOK

EVERY_S = 1.0

V = TypeVar("V", Sight, DarkCase)


@dataclass(slots=True)  # mutable
class _Seen(Generic[V]):
    """What was seen at the last looks, all alike, and since when."""

    what: V
    since: Timestamp


@dataclass(slots=True)  # mutable
class _Box:
    """What has been seen of a box. `run`: the number of its sight or darkness."""

    state: SightState = SightState.SEES
    boots: int = 0
    blind_since_s: float | None = None
    run: int = 0
    is_reported: bool = False  # the district must know of this sight or darkness by now
    is_doubtful: bool = False  # what would say so may have been lost
    lost: int = 0  # items that its outbox had given up while the district knew all
    is_enrolled: bool = False  # the district must know the box by now


@dataclass(slots=True)  # mutable
class _Node:
    """What has been seen of a district."""

    boots: int = 0
    is_heard: bool = False  # by nothing at its end is it kept from hearing of its boxes
    cases: dict[str, _Seen[DarkCase]] = field(default_factory=dict)


class Lookout:
    """`begin` it once; `sights` and `cases` are what it has seen, as it ended."""

    def __init__(
        self,
        districts: Mapping[DistrictId, DistrictProcess],
        boxes: Mapping[AgentId, EdgeBox],
        *,
        mqtt: Mqtt,
        revocations: Revocations,
        loop: VirtualTimeLoop,
    ) -> None:
        self._districts, self._boxes, self._mqtt = districts, boxes, mqtt
        self._revocations, self._loop = revocations, loop
        self._nodes = {name: _Node() for name in districts}
        self._of_boxes = {name: _Box() for name in boxes}
        self._sights: dict[str, _Seen[Sight]] = {}  # by box
        self._past_sights: list[Sight] = []
        self._past_cases: list[DarkCase] = []

    def begin(self) -> None:
        self._look()

    def time_moved(self, district: DistrictId) -> None:
        """Its time was set, or went back: since when what is dark, it may count anew."""
        for name, box in self._boxes.items():
            if box.district == district:
                self._begin_run(name)

    def restored(self, district: DistrictId) -> None:
        """Its store is another one: what it knew is gone."""
        self.time_moved(district)
        for name, box in self._boxes.items():
            if box.district == district:
                self._of_boxes[name].is_enrolled = False

    @property
    def sights(self) -> tuple[Sight, ...]:
        going_on = [_ended(seen, self._now()) for seen in self._sights.values()]
        return (*self._past_sights, *going_on)

    @property
    def cases(self) -> tuple[DarkCase, ...]:
        going_on = [
            _ended(seen, self._now())
            for node in self._nodes.values()
            for seen in node.cases.values()
        ]
        return (*self._past_cases, *going_on)

    def _look(self) -> None:
        for district, node in self._districts.items():
            self._look_at_district(district, node)
            if node.state is not None:  # else the screen shows nothing, and nothing has ended
                self._look_at_cases(district, node.state)
        for name in self._boxes:
            self._look_at_box(name)
        self._loop.call_later(EVERY_S, self._look)

    def _look_at_district(self, district: DistrictId, node: DistrictProcess) -> None:
        seen = self._nodes[district]
        is_same_run = node.computer.boots == seen.boots
        seen.boots, clocks = node.computer.boots, node.computer.clocks
        if not is_same_run and (clocks.wrong_s or clocks.error_us < 0):
            self.time_moved(district)  # it goes on from its last record
        seen.is_heard = (
            node.is_up
            and is_same_run
            and node.is_connected
            and node.computer.disk.is_well
            and not self._mqtt.is_cut_off(node.client_id)
        )

    def _look_at_box(self, name: AgentId) -> None:
        box, seen, now_s = self._boxes[name], self._of_boxes[name], self._loop.time()
        node = self._nodes[box.district]
        state = self._state(box, seen, now_s)
        if (state, box.computer.boots) != (seen.state, seen.boots):
            seen.state, seen.boots = state, box.computer.boots
            self._begin_run(name)
        is_lossy = self._is_lossy(box)
        is_away = state is SightState.AWAY
        is_acknowledged = (
            seen.is_enrolled and not seen.is_doubtful
            if is_away
            else self._is_acknowledged(box, seen)
        )
        is_heard = node.is_heard and name not in self._revocations.revoked
        if not seen.is_reported:
            seen.is_doubtful = seen.is_doubtful or is_lossy
            seen.is_reported = is_heard and is_acknowledged and not is_lossy
            seen.is_enrolled = seen.is_enrolled or (seen.is_reported and not is_away)
        if seen.is_reported:
            seen.lost = box.outbox.stats().lost
        self._note(
            Sight(
                district=box.district,
                agent=name,
                source=box.source,
                state=state,
                run=seen.run,
                is_reported=seen.is_reported,
                is_heard=is_heard and not (is_lossy and state is SightState.SEES),
                since=self._now(),
                until=self._now(),
            )
        )

    def _state(self, box: EdgeBox, seen: _Box, now_s: float) -> SightState:
        is_blind = bool(box.scene.blind_reason(now_s))
        if not is_blind:
            seen.blind_since_s = None
        elif seen.blind_since_s is None:
            seen.blind_since_s = now_s
        if box.agent_run is None or not box.agent_run.link.is_connected:
            return SightState.AWAY
        if seen.blind_since_s is None:
            # what it makes of looks that are rare and numbers that are none is its own judgement
            is_troubled = box.scene.trouble_at(now_s) is not NO_TROUBLE
            return SightState.UNNOTICED if is_troubled else SightState.SEES
        is_noticed = now_s - seen.blind_since_s >= box.notices_s
        return SightState.BLIND if is_noticed else SightState.UNNOTICED

    def _is_acknowledged(self, box: EdgeBox, seen: _Box) -> bool:
        """Whether the district has acknowledged all that the box has reported, by the store that
        it has now: of one that was restored the box must have heard to say again what it was."""
        stats = box.outbox.stats()
        return (
            box.acked_by == self._districts[box.district].store.epoch()
            and box.computer.disk.is_well
            and not self._mqtt.is_cut_off(box.client_id)
            and not stats.rows
            and stats.lost == seen.lost
        )

    def _is_lossy(self, box: EdgeBox) -> bool:
        """Whether what is said once, as a will is, may not reach its district now."""
        client_id = self._districts[box.district].client_id
        return (
            self._mqtt.is_lossy
            or not self._mqtt.broker.up
            or client_id in self._mqtt.receive_blocked
        )

    def _begin_run(self, name: AgentId) -> None:
        seen = self._of_boxes[name]
        seen.run += 1
        seen.is_reported = False
        seen.is_doubtful = self._is_lossy(self._boxes[name])

    def _note(self, sight: Sight) -> None:
        known = self._sights.get(sight.agent)
        if known is not None and _is_alike(known.what, sight):
            return
        if known is not None:
            self._past_sights.append(_ended(known, sight.since))
        self._sights[sight.agent] = _Seen(sight, sight.since)

    def _look_at_cases(self, district: DistrictId, state: DistrictState) -> None:
        seen = self._nodes[district].cases
        now = {
            str(incident.incident): self._case(state, incident)
            for incident in state.incidents.values()
            if incident.watched and not has_ended(incident)
        }
        for name in [name for name in seen if name not in now]:
            self._past_cases.append(_ended(seen.pop(name), self._now()))
        for name, case in now.items():
            known = seen.get(name)
            if known is not None and _is_alike(known.what, case):
                continue
            if known is not None:
                self._past_cases.append(_ended(known, self._now()))
            seen[name] = _Seen(case, self._now())

    def _case(self, state: DistrictState, incident: Incident) -> DarkCase:
        playbook = state.playbooks.get(incident.playbook) or UNKNOWN_PLAYBOOK
        return DarkCase(
            district=state.setup.district,
            incident=incident.incident,
            dark=tuple(
                sorted((one.agent, one.source) for one in incident.watched if not one.is_back)
            ),
            is_over=is_all_back(incident, playbook) and is_unattended(incident),
            since=self._now(),
            until=self._now(),
        )

    def _now(self) -> Timestamp:
        """By simulated time."""
        return Timestamp(EPOCH_US + round(self._loop.time() * SECOND_US))


def _is_alike(known: V, now: V) -> bool:
    """But for when."""
    return replace(known, since=now.since, until=now.until) == now


def _ended(seen: _Seen[V], until: Timestamp) -> V:
    return replace(seen.what, since=seen.since, until=until)
