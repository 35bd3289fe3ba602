"""A source: a level meter on the network that writes one number a line, such as a serial port
behind a converter. Registered as the sensor plugin `acme-level`.
"""

import math
import socket

from citybrain.plain_number import plain_number
from street_agent.plugins.port import Options, Reading

CONNECT_S = 5.0
LINE_BYTES_MAX = 256


class LineLevel:
    """Options: `host`, `port`."""

    port = "sensor/1"

    def __init__(self, options: Options) -> None:
        host, port = options.get("host", "127.0.0.1"), options.get("port")
        if not isinstance(host, str) or not isinstance(port, int):
            raise TypeError("give `host`, a text, and `port`, a whole number")
        self._address = (host, port)
        self._line: socket.socket | None = None
        self._received = b""

    def open(self) -> None:
        self._line = socket.create_connection(self._address, timeout=CONNECT_S)

    def read(self, wait_s: float) -> Reading | None:
        """The newest whole line; older ones that came meanwhile are of no use to anybody."""
        assert self._line is not None
        self._line.settimeout(wait_s)
        try:
            more = self._line.recv(4096)
        except TimeoutError:
            return None
        if not more:
            raise ConnectionError("the meter hung up")
        *lines, self._received = (self._received + more).split(b"\n")
        if len(self._received) > LINE_BYTES_MAX:
            raise ValueError("this is no meter: its lines do not end")
        if not lines:
            return None
        number = plain_number(lines[-1].decode("ascii", "replace"))
        # what is no number is given as none: the agent skips and counts it
        return Reading(value=math.nan if number is None else number)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
