"""A district's own connection to its broker, and what is said of it when the broker refuses."""

from citybrain.bus.from_config import node_bus_config
from citybrain.bus.paho import PahoBus
from citybrain.bus.refusals import BusRefusal
from citybrain.clock import Clock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.domain.principal import Role
from citybrain.enrolment.own_name import OwnName
from citybrain.identity.name import short_name
from citybrain.ids import DistrictId, IdSource
from citybrain.structs import replace
from district_node.config import DistrictConfig
from district_node.limits import BROKER_KEEPALIVE
from district_node.shell.metrics import DistrictMetrics


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
