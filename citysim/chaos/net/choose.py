"""Which network a run gets: namespaces where the machine allows them, else proxies; and why."""

from collections.abc import Iterable

from citysim.chaos.net.loopback import ProxyLinks
from citysim.chaos.net.port import Link, Links
from citysim.chaos.net.routed import NetnsLinks, why_not
from citysim.chaos.place.mark import Mark
from citysim.errors import ChaosUnavailableError
from citysim.sim.dice import Dice

AUTO, NETNS, PROXY = "auto", "netns", "proxy"
WISHES = (AUTO, NETNS, PROXY)


def choose(
    wish: str, *, processes: Iterable[str], links: Iterable[Link], mark: Mark, dice: Dice
) -> tuple[Links, str]:
    """The links, not open yet, and why they are not namespaces ("" when they are or were not wished); raises `ChaosUnavailableError`."""
    reason = "" if wish == PROXY else why_not(mark)
    if wish == NETNS and reason:
        raise ChaosUnavailableError(
            f"--net netns is not possible here: {reason}. Use --net proxy, which needs no privilege."
        )
    if wish == PROXY or reason:
        return ProxyLinks(links, dice=dice), reason
    return NetnsLinks(processes, mark=mark, dice=dice), ""
