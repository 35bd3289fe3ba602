"""A district's own connection to its broker, and what is said of it when the broker refuses or is
away.
"""

import asyncio

from citybrain.bus.from_config import node_bus_config
from citybrain.bus.paho import PahoBus
from citybrain.bus.port import Bus
from citybrain.bus.refusals import BusRefusal
from citybrain.clock import SECOND_US, Clock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.domain.principal import Role
from citybrain.enrolment.own_name import OwnName
from citybrain.identity.name import short_name
from citybrain.ids import DistrictId, IdSource
from citybrain.structs import replace
from district_node.config import DistrictConfig
from district_node.limits import BROKER_AWAY, BROKER_KEEPALIVE
from district_node.shell.metrics import DistrictMetrics

LOOK_EVERY_S = 1.0


def broker_link(
    config: DistrictConfig,
    own: OwnName | None,
    *,
    clock: Clock,
    ids: IdSource,
    metrics: DistrictMetrics,
    conditions: Conditions,
) -> PahoBus:
    """The bus of a district's configuration, with its certificate where it has one."""
    settings = replace(
        node_bus_config(
            config.broker,
            district=DistrictId(config.district),
            name=short_name(Role.DISTRICT, config.district),
            tls=own.files if own is not None else None,
        ),
        keepalive_s=BROKER_KEEPALIVE.value,
    )

    def on_refusal(refusal: BusRefusal) -> None:
        metrics.refused_by_broker(refusal)
        if refusal is not BusRefusal.DENIED:  # one message, which the connection outlives
            conditions.begin(ConditionCode.BROKER_REFUSES, bus.disconnect_reason())

    bus = PahoBus(settings, ids=ids, clock=clock, on_refusal=on_refusal)
    bus.on_connected(lambda: conditions.end(ConditionCode.BROKER_REFUSES))
    return bus


class BrokerWatch:
    """Whether there is a broker at all: BROKER_AWAY where none could be reached for a while."""

    def __init__(self, bus: Bus, *, conditions: Conditions, clock: Clock) -> None:
        self._bus, self._conditions, self._clock = bus, conditions, clock
        self._last_up = clock.instant()

    def look(self) -> None:
        """One that refuses this node is there: see BROKER_REFUSES."""
        now = self._clock.instant()
        if self._bus.is_connected() or self._bus.problem():
            self._last_up = now
            self._conditions.end(ConditionCode.BROKER_AWAY)
        elif now - self._last_up >= BROKER_AWAY.value * SECOND_US:
            self._conditions.begin(
                ConditionCode.BROKER_AWAY,
                f"the broker could not be reached for {BROKER_AWAY.value} s, so no box is heard;"
                " boxes store what they report. See whether the broker runs, and whether its"
                " address in [broker] of the configuration is right.",
            )
            self._conditions.end(ConditionCode.BROKER_REFUSES)  # one that is away refuses nobody

    async def run(self) -> None:
        """Look each second, for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)
