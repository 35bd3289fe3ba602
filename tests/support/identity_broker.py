"""mosquitto as `citybrain broker config` sets it up, over an authority of its own; clients that
joined there."""

import signal
import subprocess
import threading

import pytest
from authority_rig import CITY, ServedAuthority

from citybrain.broker.write import BrokerRules, write_broker_files
from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.identity.name import parse_short
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.supervise.mqtt_broker import accepts_connections, mosquitto_path
from citysim.supervise.tcp_ports import free_ports

HOST = "127.0.0.1"


def until(condition, within_s=30.0):
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < deadline, "it did not come about in time"
        pause.wait(0.01)


class IdentityBroker:
    """`with` it: the authority serves, mosquitto runs. `log` is the broker's."""

    def __init__(self, folder, *, districts=("riverside",), log_denied=True):
        if mosquitto_path() is None:
            pytest.skip("program: no mosquitto (`make system` installs it, or names it)")
        self.folder, self._districts, self._log_denied = folder, districts, log_denied
        self.authority = ServedAuthority(folder / "ca")
        self.port = free_ports(1)[0]
        self._log = folder / "broker.log"
        self._buses, self._denied = [], ()

    def __enter__(self):
        self.authority.start()
        self.joined("broker/main", hosts=[HOST])
        self.write()
        self._run()
        return self

    def restart(self):
        """The broker dies and comes back, with the files that there are now."""
        self._process.kill()
        self._process.wait()
        self._run()

    def _run(self):
        """It listens before it knows what SIGHUP is, which would end it; then it says "running"."""
        configuration, before = self.folder / "broker" / "mosquitto.conf", self._started()
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [mosquitto_path(), "-c", str(configuration)], stderr=output
            )
        until(lambda: self._started() > before and accepts_connections(self.port))

    def _started(self):
        return self.log.count(" running\n") if self._log.exists() else 0

    def __exit__(self, *_):
        for bus in self._buses:
            bus.stop()
        self._process.kill()
        self._process.wait()
        self.authority.stop()

    @property
    def log(self):
        return self._log.read_text()

    def identity(self, short):
        return self.folder / short.replace("/", "-")

    def joined(self, short, **options):
        """The identity folder of whoever has just joined as `short`."""
        if not self.identity(short).exists():
            self.authority.joined(short, self.identity(short), **options)
        return self.identity(short)

    def write(self, **options):
        rules = BrokerRules(districts=self._districts, **options)
        return write_broker_files(
            self.folder / "broker",
            self.identity("broker/main"),
            rules,
            host=HOST,
            port=self.port,
            log_denied=self._log_denied,
        )

    def reload(self, **options):
        """Write the files anew, and have the broker read them."""
        before = self.log.count("Reloading config")
        self.write(**options)
        self._process.send_signal(signal.SIGHUP)
        until(lambda: self.log.count("Reloading config") > before)

    def bus(self, short, *, client_id=None, identity=None, **options):
        """A client with the certificate of `short`; it is not started yet."""
        folder = identity or self.joined(short)
        tls = BusTls(
            ca=folder / "root.pem", certificate=folder / "cert.pem", key=folder / "key.pem"
        )
        settings = {"retry_max_s": 1.0, **options.pop("settings", {})}
        config = BusConfig(
            host=HOST, port=self.port, client_id=client_id or short, tls=tls, **settings
        )
        self._buses.append(PahoBus(config, ids=RandomIds(), clock=SystemClock(), **options))
        return self._buses[-1]

    def connected(self, short, *filters, **options):
        """A client that is connected, and the messages that come to it."""
        bus, received = self.bus(short, **options), []
        for one in filters:
            bus.subscribe(one, received.append)
        bus.start()
        until(bus.is_connected)
        return bus, received


def name(short):
    return parse_short(CITY, short)
