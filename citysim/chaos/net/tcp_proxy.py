"""One link as a TCP proxy on the loopback whose directions can be blocked and delayed.

Carries bytes and knows no protocol.
"""

import asyncio
from contextlib import suppress
from random import Random  # noqa: TID251 - given by whoever has the seed

from citysim.chaos.net.port import Direction

CHUNK_BYTES = 64 * 1024
# Under way in one direction: 4 MiB; then the sender waits, as TCP has it.
CHUNKS_MAX = 64
LOOPBACK = "127.0.0.1"


class TcpProxy:
    """`open` gives the port to connect to.

    A connection whose other end is gone is reset, as by a dead process.
    """

    def __init__(self, *, host: str, port: int, rng: Random) -> None:
        self._host, self._port, self._rng = host, port, rng
        self._is_passing = {Direction.UP: asyncio.Event(), Direction.DOWN: asyncio.Event()}
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
        await self.reset_connections()

    def block(self, direction: Direction) -> None:
        """Nothing passes that way; what was sent waits, and new connections are as silent."""
        for one, is_passing in self._is_passing.items():
            if direction in (Direction.BOTH, one):
                is_passing.clear()

    def delay(self, *, ms: float, jitter_ms: float) -> None:
        self._delay_s, self._jitter_s = ms / 1000, jitter_ms / 1000

    def heal(self) -> None:
        self._delay_s, self._jitter_s = 0.0, 0.0
        for is_passing in self._is_passing.values():
            is_passing.set()

    async def reset_connections(self) -> None:
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
        server_writer: asyncio.StreamWriter | None = None
        pumps: list[asyncio.Task[None]] = []
        try:
            await self._is_passing[Direction.UP].wait()
            with suppress(OSError):
                server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
                pumps = [
                    asyncio.ensure_future(self._pump(reader, server_writer, Direction.UP)),
                    asyncio.ensure_future(self._pump(server_reader, writer, Direction.DOWN)),
                ]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, server_writer):
                if end is not None:
                    end.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction
    ) -> None:
        """One direction, in order; ends when the sender is gone and all its bytes are delivered."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=CHUNKS_MAX)
        delivering = asyncio.ensure_future(self._deliver(under_way, writer, direction))
        try:
            loop, last = asyncio.get_running_loop(), 0.0
            with suppress(OSError):
                while chunk := await reader.read(CHUNK_BYTES):
                    last = max(last, loop.time() + self._next_delay_s())
                    await under_way.put((last, chunk))
            await under_way.put((last, b""))
            await delivering
        finally:
            delivering.cancel()

    def _next_delay_s(self) -> float:
        return max(0.0, self._delay_s + self._rng.uniform(-self._jitter_s, self._jitter_s))

    async def _deliver(
        self,
        under_way: "asyncio.Queue[tuple[float, bytes]]",
        writer: asyncio.StreamWriter,
        direction: Direction,
    ) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._is_passing[direction].wait()
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()
