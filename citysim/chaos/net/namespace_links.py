"""Links between network namespaces: one per process, and a router's, which drops or delays packets.

The processes see a silent network: no reset, no refusal. Needs root, `ip` and `nsenter`.
"""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from citysim.chaos.environment.run_tag import RunTag
from citysim.chaos.net.packet_delayer import PacketDelayer
from citysim.chaos.net.port import Direction, Link
from citysim.chaos.net.system_command import run_command
from citysim.errors import ChaosUnavailableError
from citysim.sim.random_streams import RandomStreams
from citysim.supervise.machine_claims import claim, release

NETWORKS = 256  # 198.18.0.0/24 … 198.18.255.0/24: reserved for network tests (RFC 2544)
DROP, DELAY = "100", "200"  # preferences of the router's rules
TUN, DELAY_TABLE = "delay", "200"
HARNESS = "harness"


class NamespaceLinks:
    """See `port.Links`. `processes`: all that will be started; this one stays one hop away."""

    name = "netns"

    def __init__(self, processes: Iterable[str], *, tag: RunTag, streams: RandomStreams) -> None:
        self._names, self._tag = (HARNESS, *processes), tag
        self._net = _claim_network()
        self._router = f"{tag}-router"
        self._delayer = PacketDelayer(rng=streams.named("jitter"))
        self._rules: dict[Link, list[tuple[str, ...]]] = {}
        self._made: list[str] = []

    def host_of(self, process: str) -> str:
        return f"{self._net}.{4 * self._names.index(process) + 2}"

    async def open(self, listening: Mapping[str, int]) -> None:  # noqa: ARG002 - the port
        try:
            self._namespace(self._router)
            for setting in (
                "net/ipv4/ip_forward=1",
                "net/ipv4/conf/all/rp_filter=0",
                "net/ipv4/conf/default/rp_filter=0",
            ):
                self._set(self._router, setting)
            for number, name in enumerate(self._names):
                self._connect(number, name)
            self._open_delayer()
        except ChaosUnavailableError:
            await self.close()
            raise

    def dial_addresses(self) -> dict[tuple[str, str], str]:
        return {}

    def wrap_command(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:
        return ("nsenter", f"--net=/run/netns/{self._tag}-{process}", "--", *argv)

    def block(self, link: Link, direction: Direction) -> None:
        for source, target in self._directions(link, direction):
            self._rule(link, "pref", DROP, "from", source, "to", target, "blackhole")

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        self._delayer.set_delay(ms=ms, jitter_ms=jitter_ms)
        for source, target in self._directions(link, Direction.BOTH):
            # Only as they come from the source: what the delayer gives back goes the usual way.
            device = f"n{self._number(source)}"
            self._rule(
                link,
                "pref",
                DELAY,
                "from",
                source,
                "to",
                target,
                "iif",
                device,
                "lookup",
                DELAY_TABLE,
            )

    def heal(self, link: Link) -> None:
        for rule in self._rules.pop(link, []):
            run_command("ip", "-n", self._router, "rule", "del", *rule)

    async def close(self) -> None:
        self._delayer.close()
        if self._made:
            with suppress(ChaosUnavailableError):  # else the kernel removes it a while later
                run_command("ip", "link", "del", "dev", f"cb{self._tag.pid}")
        while self._made:
            with suppress(ChaosUnavailableError):
                run_command("ip", "netns", "del", self._made.pop())
        release(f"network/{self._net}")

    def _rule(self, link: Link, *rule: str) -> None:
        run_command("ip", "-n", self._router, "rule", "add", *rule)
        self._rules.setdefault(link, []).append(rule)

    def _directions(self, link: Link, direction: Direction) -> list[tuple[str, str]]:
        up = (self.host_of(link.client), self.host_of(link.server))
        return {Direction.UP: [up], Direction.DOWN: [up[::-1]], Direction.BOTH: [up, up[::-1]]}[
            direction
        ]

    def _number(self, host: str) -> int:
        return int(host.rpartition(".")[2]) // 4

    def _namespace(self, name: str) -> None:
        run_command("ip", "netns", "add", name)
        self._made.append(name)
        run_command("ip", "-n", name, "link", "set", "dev", "lo", "up")

    def _connect(self, number: int, name: str) -> None:
        """A pair of interfaces: the router's (.4n+1) and the process's (.4n+2).

        The harness's is in this process's own namespace.
        """
        own: tuple[str, ...]
        near, far, device = (
            f"{self._net}.{4 * number + 2}",
            f"{self._net}.{4 * number + 1}",
            f"n{number}",
        )
        if name == HARNESS:
            own, end = (), f"cb{self._tag.pid}"
        else:
            self._namespace(f"{self._tag}-{name}")
            own, end = ("-n", f"{self._tag}-{name}"), "node"
        run_command(
            "ip",
            "-n",
            self._router,
            "link",
            "add",
            device,
            "type",
            "veth",
            "peer",
            "name",
            end,
            "netns",
            _namespace_of(own),
        )
        run_command("ip", "-n", self._router, "addr", "add", f"{far}/30", "dev", device)
        run_command("ip", "-n", self._router, "link", "set", "dev", device, "up")
        run_command("ip", *own, "addr", "add", f"{near}/30", "dev", end)
        run_command("ip", *own, "link", "set", "dev", end, "up")
        run_command(
            "ip", *own, "route", "add", "default" if own else f"{self._net}.0/24", "via", far
        )

    def _open_delayer(self) -> None:
        run_command("ip", "-n", self._router, "tuntap", "add", "mode", "tun", "name", TUN)
        run_command("ip", "-n", self._router, "link", "set", "dev", TUN, "up")
        run_command(
            "ip", "-n", self._router, "route", "add", "default", "dev", TUN, "table", DELAY_TABLE
        )
        self._delayer.open(f"/run/netns/{self._router}", TUN)

    def _set(self, namespace: str, setting: str) -> None:
        name, _, value = setting.partition("=")
        run_command(
            "nsenter",
            f"--net=/run/netns/{namespace}",
            "--",
            "sh",
            "-c",
            f"echo {value} > /proc/sys/{name}",
        )


def unavailable_reason(tag: RunTag) -> str:
    """Why this machine allows no namespaces; "" when it does (one is made and removed again)."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [name for name in ("ip", "nsenter") if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} was not found (iproute2, util-linux)"
    probe = f"{tag}-probe"
    try:
        run_command("ip", "netns", "add", probe)
    except ChaosUnavailableError as error:
        return str(error)
    try:
        run_command(
            "ip", "-n", probe, "rule", "add", "from", "198.18.0.1", "to", "198.18.0.2", "blackhole"
        )
        run_command("ip", "-n", probe, "tuntap", "add", "mode", "tun", "name", TUN)
    except ChaosUnavailableError as error:
        return str(error)
    finally:
        with suppress(ChaosUnavailableError):
            run_command("ip", "netns", "del", probe)
    return ""


def _namespace_of(own: tuple[str, ...]) -> str:
    return own[1] if own else str(os.getpid())


def _claim_network() -> str:
    """The lowest of the reserved networks that no other run holds and no route leads to."""
    routes = (
        run_command("ip", "-4", "route", "show", "root", "198.18.0.0/15")
        if shutil.which("ip")
        else ""
    )
    for net in (f"198.18.{number}" for number in range(NETWORKS)):
        if f"{net}." not in routes and claim(f"network/{net}"):
            return net
    raise ChaosUnavailableError(f"all {NETWORKS} networks in 198.18.0.0/16 are in use")
