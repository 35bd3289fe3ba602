"""Three machines (network namespaces) from empty folders to a proved city by the installer's guide,
then a certificate that ended, a revocation and a new token. Prints how long each took.

By hand, as root: `make trial`. It is no part of the test suite.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from authority_rig import joined_long_ago

from citybrain.clock import Instant
from citybrain.system_clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "deploy" / "examples"
MACHINES = {"hall": "10.77.0.1", "district": "10.77.0.2", "street": "10.77.0.3"}
HALL, DISTRICT, STREET = MACHINES
PATIENCE_S = 120
CLOCK = SystemClock()
BOX = """agent = "{name}"
district = "riverside"
data_dir = "run/{name}"
broker.host = "10.77.0.1"
[[sensor]]
id = "level-1"
source = "levels.csv"
place = {{ lat = 30.6540, lon = 104.0880 }}
unit = "m"
speedup = 60.0
range = [0.0, 5.0]
[[sensor.rule]]
id = "high-water"
incident_kind = "waterlogging"
severity = "Severe"
above = 1.2
below = 1.0
"""


class Machines:
    """The namespaces, a folder for each, and what runs there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tag = folder, f"cb{os.getpid()}"
        self.running: list[subprocess.Popen[bytes]] = []

    def make(self) -> None:
        self._ip("netns", "add", f"{self.tag}-lan")
        self._ip("-n", f"{self.tag}-lan", "link", "add", "lan", "type", "bridge")
        self._ip("-n", f"{self.tag}-lan", "link", "set", "lan", "up")
        for machine, address in MACHINES.items():
            (self.folder / machine).mkdir()
            space, lan = f"{self.tag}-{machine}", f"{self.tag}-lan"
            self._ip("netns", "add", space)
            ends = ("type", "veth", "peer", "name", "eth0", "netns", space)
            self._ip("-n", lan, "link", "add", machine, *ends)
            self._ip("-n", lan, "link", "set", machine, "master", "lan", "up")
            self._ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
            self._ip("-n", space, "link", "set", "eth0", "up")
            self._ip("-n", space, "link", "set", "lo", "up")

    def close(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(30)
        for name in ("lan", *MACHINES):
            subprocess.run(["ip", "netns", "del", f"{self.tag}-{name}"], check=False)

    def do(self, machine: str, *words: str) -> str:
        """What `citybrain WORDS` printed on `machine`."""
        done = subprocess.run(
            self._argv(machine, *words), **self._place(machine), capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"on {machine}: citybrain {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def start(self, machine: str, log: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / machine / log).open("ab") as file:
            argv = self._argv(machine, *words)
            process = subprocess.Popen(argv, **self._place(machine), stdout=file, stderr=file)
        self.running.append(process)
        return process

    def says(self, what: str, machine: str, log: str, text: str, *, times: int = 1) -> None:
        """Wait until the log has `text` so many times, and print how long that took."""
        begun, path = CLOCK.instant(), self.folder / machine / log
        while path.read_text(errors="replace").count(text) < times:
            if seconds_since(begun) > PATIENCE_S:
                sys.exit(f"{what}: {machine}/{log} never says {text!r}:\n{path.read_text()}")
            time.sleep(0.1)
        print(f"{seconds_since(begun):6.1f} s  {what}", flush=True)

    def _argv(self, machine: str, *words: str) -> list[str]:
        own = ["mosquitto"] if words[0] == "-c" else [sys.executable, "-m", "citybrain.cli.main"]
        return ["ip", "netns", "exec", f"{self.tag}-{machine}", *own, *words]

    def _place(self, machine: str) -> dict:
        home = self.folder / machine
        return {"cwd": home, "env": {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT)}}

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True)


def seconds_since(begun: Instant) -> float:
    return (CLOCK.instant() - begun) / 1_000_000


def example(name: str, folder: Path, **changes: str) -> None:
    lines = (EXAMPLES / name).read_text().splitlines()
    changed = [
        f'{key} = "{changes[key]}"' if (key := line.partition(" = ")[0]) in changes else line
        for line in lines
    ]
    (folder / name).write_text("\n".join(changed) + "\n")


def reload_broker(at: Machines, broker: subprocess.Popen[bytes]) -> None:
    at.do(HALL, *"broker config -i broker-identity -o broker --ca ca --district riverside".split())
    broker.send_signal(signal.SIGHUP)


def play(at: Machines) -> None:
    begun, hall = CLOCK.instant(), at.folder / HALL
    example("city.toml", hall, grpc="0.0.0.0:7000", mode="off")
    away = {"host": MACHINES[HALL], "address": f"{MACHINES[HALL]}:7000"}
    example("district.toml", at.folder / DISTRICT, **away)
    shutil.copy(EXAMPLES / "levels.csv", at.folder / STREET)
    for name in ("box-a1", "box-a2"):
        (at.folder / STREET / f"{name}.toml").write_text(BOX.format(name=name))

    at.do(HALL, "ca", "init", "--city", "chengdu", "--address", f"{MACHINES[HALL]}:7443")
    at.start(HALL, "ca.log", "ca", "serve", "--listen", "0.0.0.0:7443")
    at.says("the authority is up", HALL, "ca.log", "ready ca")
    token = at.do(HALL, "ca", "token", "city/city", "--host", MACHINES[HALL])
    at.do(HALL, "city", "join", token, "--config", "city.toml")
    token = at.do(HALL, "ca", "token", "broker/main", "--host", MACHINES[HALL])
    at.do(HALL, "ca", "join", token, "--identity", "broker-identity")
    at.do(HALL, *"broker config -i broker-identity -o broker --ca ca --district riverside".split())
    broker = at.start(HALL, "broker.log", "-c", "broker/mosquitto.conf")
    at.start(HALL, "city.log", "city", "run", "--config", "city.toml")
    at.says("the coordinator is up", HALL, "city.log", "ready city")
    token = at.do(HALL, "ca", "token", "district/riverside", "--host", MACHINES[DISTRICT])
    at.do(DISTRICT, "district", "join", token, "--config", "district.toml")
    at.start(DISTRICT, "log", "district", "run", "--config", "district.toml")
    at.says("the district proves itself to the city", DISTRICT, "log", "the link to the city is up")
    at.do(STREET, "street", "join", at.do(HALL, "ca", "token", "box/box-a1"), "-c", "box-a1.toml")
    at.start(STREET, "a1.log", "street", "run", "--config", "box-a1.toml")
    at.says("the box proves itself to the district", DISTRICT, "log", "the box box-a1 is enrolled")
    print(f"{seconds_since(begun):6.1f} s  in all, from empty folders")

    joined_long_ago(
        hall / "ca", at.folder / STREET / "run/box-a2/identity", days=31, short="box/box-a2"
    )
    at.start(STREET, "a2.log", "street", "run", "--config", "box-a2.toml")
    at.says("a certificate that ended is renewed", STREET, "a2.log", "renewed citybrain://")
    at.says("and its box is believed", DISTRICT, "log", "the box box-a2 is enrolled")

    at.do(HALL, "ca", "revoke", "box/box-a1", "--reason", "stolen")
    at.says("who is revoked is believed no more", DISTRICT, "log", "box-a1 is believed no more")
    reload_broker(at, broker)
    at.says("and silenced at the broker", STREET, "a1.log", "does not let box/box-a1 speak")
    at.do(STREET, "street", "join", at.do(HALL, "ca", "token", "box/box-a1"), "-c", "box-a1.toml")
    reload_broker(at, broker)
    at.says("by a new token it comes back", DISTRICT, "log", "box-a1 is enrolled", times=2)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Machines(Path(folder))
        try:
            at.make()
            play(at)
        finally:
            at.close()


if __name__ == "__main__":
    main()
