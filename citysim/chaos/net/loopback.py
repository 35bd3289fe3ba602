"""Links through proxies: every process on the loopback, every link a proxy of its own. Needs no privilege."""

from collections.abc import Iterable, Mapping, Sequence

from citysim.chaos.net.port import Link, Way
from citysim.chaos.net.proxy import LOOPBACK, Proxy
from citysim.sim.dice import Dice


class ProxyLinks:
    """See `port.Links`."""

    name = "proxy"

    def __init__(self, links: Iterable[Link], *, dice: Dice) -> None:
        self._links, self._dice = tuple(links), dice
        self._proxies: dict[Link, Proxy] = {}
        self._ports: dict[Link, int] = {}

    def host_of(self, process: str) -> str:
        return LOOPBACK

    async def open(self, listening: Mapping[str, int]) -> None:
        for link in self._links:
            self._proxies[link] = Proxy(
                host=LOOPBACK, port=listening[link.server], chance=self._dice.of(f"jitter {link}")
            )
            self._ports[link] = await self._proxies[link].open()

    def dialled(self) -> dict[tuple[str, str], str]:
        return {
            (link.client, link.server): f"{LOOPBACK}:{port}" for link, port in self._ports.items()
        }

    def inside(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:
        return tuple(argv)

    def silence(self, link: Link, way: Way) -> None:
        self._proxies[link].silence(way)

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        self._proxies[link].delay(ms=ms, jitter_ms=jitter_ms)

    def heal(self, link: Link) -> None:
        self._proxies[link].heal()

    async def close(self) -> None:
        for proxy in self._proxies.values():
            await proxy.close()
