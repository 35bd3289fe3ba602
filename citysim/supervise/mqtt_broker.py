"""Runs a broker for demos, tests and single boxes: mosquitto where it is found, else the `iotcore`
package. Not a broker of our own.

`python -m citysim.supervise.mqtt_broker --port 1883 --dir run/broker` runs it in the foreground on
127.0.0.1 (or `--host`), without logins, so that a supervisor can treat it like any other process.
A city's broker is set up from deploy/ instead.
"""

import argparse
import getpass
import importlib.util
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Literal, NoReturn

from citybrain.clock import SECOND_US, Clock
from citybrain.distribution import install_hint
from citybrain.errors import BusError
from citybrain.system_clock import SystemClock

BrokerKind = Literal["mosquitto", "iotcore"]
BROKER_KINDS: tuple[BrokerKind, ...] = ("mosquitto", "iotcore")
WELL_KNOWN = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto")
START_S, STOP_S = 15.0, 5.0
LOOPBACK = "127.0.0.1"

MOSQUITTO_CONF = """\
# Written by citysim.supervise.mqtt_broker: for one machine, without logins.
listener {port} {host}
allow_anonymous true
user {user}
set_tcp_nodelay true
persistence true
persistence_location {folder}/
autosave_interval 30
max_inflight_messages 200
max_queued_messages 20000
max_packet_size 1048576
log_dest stderr
log_type error
log_type warning
"""

IOTCORE_TOML = """\
# Written by citysim.supervise.mqtt_broker: for one machine, without logins.
# It keeps nothing over a restart.
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10

[v5.1]
name = "v5-1"
listen = "{host}:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 200
dynamic_filters = true
"""


def find_broker() -> BrokerKind:
    """Which broker this machine has; raises `BusError` where it has none."""
    if mosquitto_path() is not None:
        return "mosquitto"
    if importlib.util.find_spec("iotcore") is not None:
        return "iotcore"
    raise BusError(
        "no MQTT broker was found. Install mosquitto (for example `apt install mosquitto`), or: "
        f"{install_hint('demo')}"
    )


def require_mosquitto() -> str:
    """Where mosquitto is; raises `BusError` where it is not."""
    path = mosquitto_path()
    if path is None:
        raise BusError(
            "mosquitto was not found, and no other broker checks certificates. `make system`"
            " installs it, or: apt install mosquitto."
        )
    return path


def mosquitto_path() -> str | None:
    """Where mosquitto is: on the PATH or where systems put it."""
    return shutil.which("mosquitto") or next(
        (path for path in WELL_KNOWN if os.access(path, os.X_OK)), None
    )


def write_config(kind: BrokerKind, *, port: int, folder: Path, host: str = LOOPBACK) -> Path:
    """Write the configuration for a broker on `host`:`port` that keeps its files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "mosquitto":
        path, text = (
            folder / "mosquitto.conf",
            MOSQUITTO_CONF.format(
                host=host, port=port, folder=folder.resolve(), user=getpass.getuser()
            ),
        )
    else:
        path, text = folder / "iotcore.toml", IOTCORE_TOML.format(host=host, port=port)
    path.write_text(text, encoding="utf-8")
    return path


def command(
    *, port: int, folder: Path, kind: BrokerKind | None = None, host: str = LOOPBACK
) -> list[str]:
    """The command line that runs a broker in the foreground."""
    line = [
        sys.executable,
        "-m",
        "citysim.supervise.mqtt_broker",
        "--host",
        host,
        "--port",
        str(port),
        "--dir",
        str(folder),
    ]
    return line if kind is None else [*line, "--kind", kind]


def accepts_connections(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1:`port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


class BrokerProcess:
    """A broker as a child process. `start` after `kill` or `stop` brings it back on the same port,
    with the same files."""

    def __init__(
        self, *, port: int, folder: Path, kind: BrokerKind | None = None, clock: Clock | None = None
    ) -> None:
        self.port, self.kind = port, kind or find_broker()
        self._folder = folder
        self._clock = clock or SystemClock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BusError("the broker was not started.")
        return self._process.pid

    def start(self, *, within_s: float = START_S) -> "BrokerProcess":
        """Start it and return once it accepts connections; raises `BusError` with its log
        where it does not."""
        if accepts_connections(self.port):
            raise BusError(
                f"something else already listens on 127.0.0.1:{self.port}. Stop it, or"
                " choose another port."
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                command(port=self.port, folder=self._folder, kind=self.kind),
                stdout=output,
                stderr=output,
            )
        deadline = self._clock.instant() + round(within_s * SECOND_US)
        poll = threading.Event()
        while not accepts_connections(self.port):
            if self._process.poll() is not None or self._clock.instant() > deadline:
                self.kill()
                raise BusError(
                    f"{self.kind} did not come up on 127.0.0.1:{self.port}: {self._log_tail()}"
                )
            poll.wait(0.02)
        return self

    def kill(self) -> None:
        """SIGKILL: it saves nothing."""
        self._terminate(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: it ends in order."""
        self._terminate(signal.SIGTERM)

    @property
    def _log(self) -> Path:
        return self._folder / "broker.log"

    def _log_tail(self) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace").strip()
        return text[-400:] or "it logged nothing"

    def _terminate(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(*, port: int, folder: Path, kind: BrokerKind, host: str = LOOPBACK) -> NoReturn:
    """Become the broker: mosquitto replaces this process, iotcore runs inside it."""
    config = write_config(kind, port=port, folder=folder, host=host)
    if kind == "mosquitto":
        path = require_mosquitto()
        os.execv(path, [path, "-c", str(config)])
    _run_iotcore(config)


def _run_iotcore(config: Path) -> NoReturn:
    from iotcore import IotCoreBroker

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)  # it reports every packet as an error
    # Every thread blocks them, so that one waits for them: a handler would run inside a wait of the
    # main thread, and now and then it came between two of its steps and was lost.
    ends = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)

    def end() -> None:
        signal.sigwait(ends)
        os._exit(0)  # the end of its process is the only way to stop it

    threading.Thread(target=end, name="signals", daemon=True).start()
    IotCoreBroker(config_path=str(config)).run_forever()
    sys.exit("citybrain: the broker ended by itself")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m citysim.supervise.mqtt_broker",
        description="Run the MQTT broker that is found, in the foreground.",
    )
    parser.add_argument(
        "--host",
        default=LOOPBACK,
        help="address to listen on (default 127.0.0.1: this machine only)",
    )
    parser.add_argument("--port", type=int, default=1883, help="port (default 1883)")
    parser.add_argument(
        "--dir", type=Path, required=True, help="folder for its configuration and files"
    )
    parser.add_argument("--kind", choices=BROKER_KINDS, help="insist on one of them")
    options = parser.parse_args()
    try:
        run(
            port=options.port,
            folder=options.dir,
            kind=options.kind or find_broker(),
            host=options.host,
        )
    except (BusError, OSError) as error:
        sys.exit(f"citybrain: the broker cannot run: {error}")


if __name__ == "__main__":
    main()
