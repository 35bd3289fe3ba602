"""Sensors that are there: each a client of its own at the broker, with its own certificate, that
writes what it measures to its own topic.
"""

import asyncio

from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.domain.principal import Role
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.demo.prepare.configs import Ports, RunFolder, identity_of
from district_day.layout import DISTRICT, Placed

PERIOD_S = 0.4  # between two readings, as a gauge would send them


class LiveSensor:
    """`set_alarm` and `set_rest` are written at once, and again and again."""

    def __init__(self, placed: Placed, run: RunFolder, ports: Ports) -> None:
        self.placed = placed
        folder = identity_of(run.identities, Role.SENSOR, placed.name)
        tls = BusTls(
            ca=folder / "root.pem", certificate=folder / "cert.pem", key=folder / "key.pem"
        )
        config = BusConfig(
            host=ports.broker_host,
            port=ports.broker,
            client_id=f"sensor/{placed.name}",
            tls=tls,
            retry_max_s=1.0,
        )
        self._bus = PahoBus(config, ids=RandomIds(), clock=SystemClock())
        self._topic = topics.readings(DISTRICT, placed.name)
        self._value, self._clock = placed.measured.rest, SystemClock()

    @property
    def is_connected(self) -> bool:
        return self._bus.is_connected()

    def start(self) -> None:
        self._bus.start()

    def stop(self) -> None:
        self._bus.stop()

    def set_alarm(self) -> None:
        self._set(self.placed.measured.alarm)

    def set_rest(self) -> None:
        self._set(self.placed.measured.rest)

    def write(self) -> None:
        self._bus.publish(
            self._topic, f'{{"value": {self._value}, "at": {self._clock.now()}}}'.encode()
        )

    def _set(self, value: float) -> None:
        self._value = value
        self.write()


async def keep_writing(live: list[LiveSensor]) -> None:
    """Until it is cancelled."""
    while True:
        for sensor in live:
            sensor.write()
        await asyncio.sleep(PERIOD_S)
