"""One link as a TCP proxy on the loopback whose directions can be silenced and delayed. Knows bytes, and no protocol."""

import asyncio
from contextlib import suppress
from random import Random  # noqa: TID251 - given by whoever has the seed

from citysim.chaos.net.port import Way

CHUNK = 64 * 1024
CHUNKS_MOST = (
    64  # on their way in one direction: 4 MiB; then the sender waits, as TCP would have it
)
LOOPBACK = "127.0.0.1"


class Proxy:
    """`open` gives the port to call. A connection whose other end is gone is reset, as by a dead process."""

    def __init__(self, *, host: str, port: int, chance: Random) -> None:
        self._host, self._port, self._chance = host, port, chance
        self._passes = {Way.UP: asyncio.Event(), Way.DOWN: asyncio.Event()}
        self._delay_s, self._jitter_s = 0.0, 0.0
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.heal()

    async def open(self) -> int:
        """Accept connections; the port."""
        self._server = await asyncio.start_server(self._accepted, LOOPBACK, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        await self.drop()

    def silence(self, way: Way) -> None:
        """Nothing passes that way; what was sent waits, and new connections are as silent."""
        for one, passes in self._passes.items():
            if way in (Way.BOTH, one):
                passes.clear()

    def delay(self, *, ms: float, jitter_ms: float) -> None:
        self._delay_s, self._jitter_s = ms / 1000, jitter_ms / 1000

    def heal(self) -> None:
        self._delay_s, self._jitter_s = 0.0, 0.0
        for passes in self._passes.values():
            passes.set()

    async def drop(self) -> None:
        """Reset every connection."""
        connections = sorted(self._connections, key=id)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end is gone."""
        onward: asyncio.StreamWriter | None = None
        pumps: list[asyncio.Task[None]] = []
        try:
            await self._passes[Way.UP].wait()
            with suppress(OSError):
                answers, onward = await asyncio.open_connection(self._host, self._port)
                pumps = [
                    asyncio.ensure_future(self._pump(reader, onward, Way.UP)),
                    asyncio.ensure_future(self._pump(answers, writer, Way.DOWN)),
                ]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, onward):
                if end is not None:
                    end.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        """One direction, in order; ends when the sender's end is gone and what it said has been said on."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=CHUNKS_MOST)
        saying = asyncio.ensure_future(self._say_on(under_way, writer, way))
        try:
            loop, last = asyncio.get_running_loop(), 0.0
            with suppress(OSError):
                while chunk := await reader.read(CHUNK):
                    last = max(
                        last,
                        loop.time()
                        + max(
                            0.0,
                            self._delay_s + self._chance.uniform(-self._jitter_s, self._jitter_s),
                        ),
                    )
                    await under_way.put((last, chunk))
            await under_way.put((last, b""))
            await saying
        finally:
            saying.cancel()

    async def _say_on(
        self,
        under_way: "asyncio.Queue[tuple[float, bytes]]",
        writer: asyncio.StreamWriter,
        way: Way,
    ) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._passes[way].wait()
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()
