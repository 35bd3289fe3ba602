"""Links between network namespaces: every process in one of its own, all routed by one more, where packets of a link are dropped or held back.

The processes see a network that says nothing: no reset, no refusal. Needs root, `ip` and `nsenter`.
"""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from citysim.chaos.net.delayer import Delayer
from citysim.chaos.net.port import Link, Way
from citysim.chaos.net.shell import said
from citysim.chaos.place.mark import Mark
from citysim.errors import ChaosUnavailableError
from citysim.sim.dice import Dice

NETWORKS = 256  # 198.18.0.0/24 … 198.18.255.0/24: set aside for tests of networks (RFC 2544)
DROP, SLOW = "100", "200"  # preferences of the router's rules
TUN, SLOW_TABLE = "slow", "200"
HARNESS = "harness"


class NetnsLinks:
    """See `port.Links`. `processes` are all that will be started; the run itself stays outside, one hop away."""

    name = "netns"

    def __init__(self, processes: Iterable[str], *, mark: Mark, dice: Dice) -> None:
        self._names, self._mark = (HARNESS, *processes), mark
        self._net = f"198.18.{_free_network()}"
        self._router = f"{mark}-router"
        self._delayer = Delayer(chance=dice.of("jitter"))
        self._rules: dict[Link, list[tuple[str, ...]]] = {}
        self._made: list[str] = []

    def host_of(self, process: str) -> str:
        return f"{self._net}.{4 * self._names.index(process) + 2}"

    async def open(self, listening: Mapping[str, int]) -> None:
        try:
            self._namespace(self._router)
            for setting in (
                "net/ipv4/ip_forward=1",
                "net/ipv4/conf/all/rp_filter=0",
                "net/ipv4/conf/default/rp_filter=0",
            ):
                self._set(self._router, setting)
            for number, name in enumerate(self._names):
                self._join(number, name)
            self._slow_lane()
        except ChaosUnavailableError:
            await self.close()
            raise

    def dialled(self) -> dict[tuple[str, str], str]:
        return {}

    def inside(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:
        return ("nsenter", f"--net=/run/netns/{self._mark}-{process}", "--", *argv)

    def silence(self, link: Link, way: Way) -> None:
        for source, target in self._directions(link, way):
            self._rule(link, "pref", DROP, "from", source, "to", target, "blackhole")

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        self._delayer.set(ms=ms, jitter_ms=jitter_ms)
        for source, target in self._directions(link, Way.BOTH):
            device = f"n{self._number(source)}"  # only as they come from there: what the slow lane gives back goes the usual way
            self._rule(
                link,
                "pref",
                SLOW,
                "from",
                source,
                "to",
                target,
                "iif",
                device,
                "lookup",
                SLOW_TABLE,
            )

    def heal(self, link: Link) -> None:
        for rule in self._rules.pop(link, []):
            said("ip", "-n", self._router, "rule", "del", *rule)

    async def close(self) -> None:
        self._delayer.close()
        if self._made:
            with suppress(ChaosUnavailableError):  # the kernel would take its time
                said("ip", "link", "del", "dev", f"cb{self._mark.pid}")
        while self._made:
            with suppress(ChaosUnavailableError):
                said("ip", "netns", "del", self._made.pop())

    def _rule(self, link: Link, *rule: str) -> None:
        said("ip", "-n", self._router, "rule", "add", *rule)
        self._rules.setdefault(link, []).append(rule)

    def _directions(self, link: Link, way: Way) -> list[tuple[str, str]]:
        up = (self.host_of(link.client), self.host_of(link.server))
        return {Way.UP: [up], Way.DOWN: [up[::-1]], Way.BOTH: [up, up[::-1]]}[way]

    def _number(self, host: str) -> int:
        return int(host.rpartition(".")[2]) // 4

    def _namespace(self, name: str) -> None:
        said("ip", "netns", "add", name)
        self._made.append(name)
        said("ip", "-n", name, "link", "set", "dev", "lo", "up")

    def _join(self, number: int, name: str) -> None:
        """A pair of interfaces between the router (.4n+1) and the process's namespace, or this one for the harness (.4n+2)."""
        own: tuple[str, ...]
        near, far, device = (
            f"{self._net}.{4 * number + 2}",
            f"{self._net}.{4 * number + 1}",
            f"n{number}",
        )
        if name == HARNESS:
            own, end = (), f"cb{self._mark.pid}"
        else:
            self._namespace(f"{self._mark}-{name}")
            own, end = ("-n", f"{self._mark}-{name}"), "node"
        said(
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
        said("ip", "-n", self._router, "addr", "add", f"{far}/30", "dev", device)
        said("ip", "-n", self._router, "link", "set", "dev", device, "up")
        said("ip", *own, "addr", "add", f"{near}/30", "dev", end)
        said("ip", *own, "link", "set", "dev", end, "up")
        said("ip", *own, "route", "add", "default" if own else f"{self._net}.0/24", "via", far)

    def _slow_lane(self) -> None:
        said("ip", "-n", self._router, "tuntap", "add", "mode", "tun", "name", TUN)
        said("ip", "-n", self._router, "link", "set", "dev", TUN, "up")
        said("ip", "-n", self._router, "route", "add", "default", "dev", TUN, "table", SLOW_TABLE)
        self._delayer.open(f"/run/netns/{self._router}", TUN)

    def _set(self, namespace: str, setting: str) -> None:
        name, _, value = setting.partition("=")
        said(
            "nsenter",
            f"--net=/run/netns/{namespace}",
            "--",
            "sh",
            "-c",
            f"echo {value} > /proc/sys/{name}",
        )


def why_not(mark: Mark) -> str:
    """Why this machine has no namespaces for us; "" when it has (one is made and removed again)."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [name for name in ("ip", "nsenter") if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} was not found (iproute2, util-linux)"
    probe = f"{mark}-probe"
    try:
        said("ip", "netns", "add", probe)
    except ChaosUnavailableError as error:
        return str(error)
    try:
        said(
            "ip", "-n", probe, "rule", "add", "from", "198.18.0.1", "to", "198.18.0.2", "blackhole"
        )
        said("ip", "-n", probe, "tuntap", "add", "mode", "tun", "name", TUN)
    except ChaosUnavailableError as error:
        return str(error)
    finally:
        with suppress(ChaosUnavailableError):
            said("ip", "netns", "del", probe)
    return ""


def _namespace_of(own: tuple[str, ...]) -> str:
    return own[1] if own else str(os.getpid())


def _free_network() -> int:
    """The lowest of our networks that this machine has no route to yet."""
    routes = (
        said("ip", "-4", "route", "show", "root", "198.18.0.0/15") if shutil.which("ip") else ""
    )
    return next(number for number in range(NETWORKS) if f"198.18.{number}." not in routes)
