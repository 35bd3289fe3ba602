"""How a page leaves the node. Adapters: `apprise_channel`, `mqtt_channel`; `no_channels` of a
district that calls nobody.
"""

from typing import Protocol

from citybrain.domain.page import PageLetter
from district_node.errors import DistrictError


class PageNotSentError(DistrictError):
    """A channel did not take a page. `reason`: a code, without a word of whom it was for. One that
    is `final` would not be taken later either."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.reason, self.final = reason, final
        super().__init__(f"a page was not sent ({reason})")


class PageSender(Protocol):
    """Takes pages for every person and channel of the configuration."""

    async def send(self, letter: PageLetter, pages: str) -> None:
        """Returns when the channel has taken it; raises `PageNotSentError`. `pages`: the address of
        this district's web pages, "" where there are none. Bounded in time."""
        ...


class NoChannels:
    """See `PageSender`: there is none."""

    async def send(self, letter: PageLetter, pages: str) -> None:  # noqa: ARG002 - as the port wants it
        raise PageNotSentError("no_channel", final=True)
