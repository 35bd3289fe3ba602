"""A real RTSP camera for the tests, as a process of its own: serves the videos of a folder over
TCP. A line `reset` on stdin resets every connection.

Run it:  python rtsp_camera.py FOLDER PORT      It prints one line `ready` when it listens.
"""

import asyncio
import logging
import socket
import struct
import sys
from typing import Any

import aio_sockets
from aio_rtsp_toolkit import server

RESET = struct.pack(
    "ii", 1, 0
)  # linger for no time: the peer sees a reset, as from a camera that was unplugged and came back


class Camera(server.RtspServer):
    """Remembers its clients."""

    def __init__(self, folder: str, port: int) -> None:
        super().__init__(folder, "127.0.0.1", port)
        self.clients: set[Any] = set()

    async def _handle_client(self, sock: Any) -> None:
        self.clients.add(sock)
        try:
            await super()._handle_client(sock)
        finally:
            self.clients.discard(sock)

    def reset_connections(self) -> None:
        for sock in tuple(self.clients):
            writer = sock.writer
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


async def main(folder: str, port: int) -> None:
    silent = logging.getLogger("rtsp")
    silent.disabled = True
    server.logger = aio_sockets.aio_sockets.logger = silent
    camera = Camera(folder, port)
    await camera.start()
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        if line.strip() == "reset":
            camera.reset_connections()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
