"""The liars of a simulated city, assembled: lying boxes at the broker, lying devices of crews."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId, DistrictId, UnitId
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.identities import Certificates
from citysim.sim.liars.lies import Lies, OpenLook, Sight
from citysim.sim.liars.lying_box import LyingBox
from citysim.sim.liars.lying_device import LyingDevice
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.operator_session import simulated_now
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import CitySpec, Liars, LyingBoxSpec
from district_node.cores import intake, view
from district_node.cores.incidents.incident import AgentVerification

Revoke = Callable[[AgentId, DistrictId], None]
SendAs = Callable[[UnitId, CrewAnswer | CrewPosition], Awaitable[Outcome]]


class LiarCast:
    """`begin` it once. From `fall_silent` on nobody of it says anything."""

    def __init__(
        self,
        liars: Liars,
        *,
        city: CitySpec,
        districts: Mapping[DistrictId, DistrictProcess],
        certificates: Certificates,
        mqtt: Mqtt,
        loop: VirtualTimeLoop,
        streams: RandomStreams,
        revoke: Revoke,
        send_as: SendAs,
    ) -> None:
        self._city, self._districts, self._mqtt = city, districts, mqtt
        self._loop, self._streams, self._send_as = loop, streams, send_as
        self._certificates, self._revoke, self._specs = certificates, revoke, liars.boxes
        self._now = partial(simulated_now, loop)
        self.boxes = tuple(self._box(spec) for spec in liars.boxes)
        self.devices = tuple(self._device(unit) for unit in liars.units)

    @property
    def names(self) -> frozenset[str]:
        """Of agents and units: what is under them in a journal, a liar may have said."""
        return frozenset({*(box.agent for box in self.boxes), *(d.unit for d in self.devices)})

    def begin(self) -> None:
        for box in self.boxes:
            box.begin()
        for device in self.devices:
            device.begin()
        for spec in self._specs:
            if spec.revoked_at_s:
                self._loop.call_at(spec.revoked_at_s, self._revoke, spec.agent, spec.district)

    def fall_silent(self) -> None:
        for box in self.boxes:
            box.fall_silent()
        for device in self.devices:
            device.fall_silent()

    def _box(self, spec: LyingBoxSpec) -> LyingBox:
        rng = self._streams.named(f"liar {spec.agent}")
        (district,) = (d for d in self._city.districts if d.district == spec.district)
        sights = tuple(Sight(place=box.place, kind=box.incident_kind) for box in district.boxes)
        return LyingBox(
            spec.agent,
            spec.district,
            lies=Lies(
                spec.agent,
                rng=rng,
                sights=sights,
                open_looks=partial(_open_looks, self._districts[spec.district]),
            ),
            others=tuple(box.agent for box in district.boxes),
            outbox_of=partial(_outbox_of, self._districts[spec.district]),
            certificates=self._certificates,
            mqtt=self._mqtt,
            loop=self._loop,
            rng=rng,
            now=self._now,
        )

    def _device(self, unit: UnitId) -> LyingDevice:
        (found,) = ((d.district, u) for d, u in self._city.units() if u.unit == unit)
        district, spec = found
        (own,) = (d for d in self._city.districts if d.district == district)
        return LyingDevice(
            unit,
            spec.place,
            units=tuple(other.unit for other in own.units),
            order_of=partial(_order_of, self._districts[district]),
            send=partial(self._send_as, unit),
            loop=self._loop,
            rng=self._streams.named(f"liar {unit}"),
            now=self._now,
        )


def _open_looks(node: DistrictProcess) -> tuple[OpenLook, ...]:
    """What is asked now: a liar may have heard or guessed all of it."""
    if node.state is None:
        return ()
    asked = [(i, i.verification) for i in node.state.incidents.values()]
    return tuple(
        OpenLook(
            agent=look.agent,
            request=VerificationRequest(
                request=look.request,
                incident=incident.incident,
                source=look.source,
                rule=look.rule,
                quiet_s=0.0,
                deadline=look.deadline,
            ),
        )
        for incident, look in asked
        if isinstance(look, AgentVerification)
    )


def _outbox_of(node: DistrictProcess, agent: AgentId) -> int:
    return 0 if node.state is None else intake.believed_incarnation(node.state.intake, agent)


def _order_of(node: DistrictProcess, unit: UnitId) -> CrewOrder | None:
    shown = view.crew_view(node.state, unit) if node.state is not None else None
    return shown.order if shown is not None else None
