"""Links through proxies: every process on the loopback, every link a proxy. Needs no privilege."""

from collections.abc import Iterable, Mapping, Sequence

from citysim.chaos.net.port import Direction, Link
from citysim.chaos.net.tcp_proxy import LOOPBACK, TcpProxy
from citysim.sim.random_streams import RandomStreams


class ProxyLinks:
    """See `port.Links`."""

    name = "proxy"

    def __init__(self, links: Iterable[Link], *, streams: RandomStreams) -> None:
        self._links, self._streams = tuple(links), streams
        self._proxies: dict[Link, TcpProxy] = {}
        self._ports: dict[Link, int] = {}

    def host_of(self, process: str) -> str:  # noqa: ARG002 - the port: every process is here
        return LOOPBACK

    async def open(self, listening: Mapping[str, int]) -> None:
        for link in self._links:
            rng = self._streams.named(f"jitter {link}")
            proxy = TcpProxy(host=LOOPBACK, port=listening[link.server], rng=rng)
            self._proxies[link], self._ports[link] = proxy, await proxy.open()

    def dial_addresses(self) -> dict[tuple[str, str], str]:
        return {
            (link.client, link.server): f"{LOOPBACK}:{port}" for link, port in self._ports.items()
        }

    def wrap_command(self, process: str, argv: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002 - the port: no process needs a wrapper
        return tuple(argv)

    def block(self, link: Link, direction: Direction) -> None:
        self._proxies[link].block(direction)

    def delay(self, link: Link, *, ms: float, jitter_ms: float) -> None:
        self._proxies[link].delay(ms=ms, jitter_ms=jitter_ms)

    def heal(self, link: Link) -> None:
        self._proxies[link].heal()

    async def close(self) -> None:
        for proxy in self._proxies.values():
            await proxy.close()
