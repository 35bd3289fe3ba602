"""What makes one end of a link differ from the other: data, no code."""

from citybrain.limits import LINK_WINDOW
from citybrain.link.frames import Hello, Welcome
from citybrain.structs import Struct

HEARTBEAT_S = 2.0
SILENCE_S = 6.0  # without a frame the peer counts as away
PAGE = 200  # letters read from the store at once


class Role(Struct, frozen=True, kw_only=True):
    """One end. `peer` is how sentences call the other one."""

    peer: str
    opens: bool  # it greets first, and is answered by a welcome
    ends_when_silent: bool  # else a silent stream stays, and its peer counts as away
    heartbeat_s: float = HEARTBEAT_S
    silence_s: float = SILENCE_S
    window: int = LINK_WINDOW.value  # letters sent and not acknowledged
    page: int = PAGE

    @property
    def awaits(self) -> type[Hello] | type[Welcome]:
        """The peer's greeting."""
        return Welcome if self.opens else Hello


OPENER = Role(peer="the city", opens=True, ends_when_silent=True)
ACCEPTOR = Role(peer="the district", opens=False, ends_when_silent=False)
