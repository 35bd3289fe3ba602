"""Which network a run gets: namespaces where the machine allows them, else proxies; and why."""

from collections.abc import Iterable

from citysim.chaos.environment.run_tag import RunTag
from citysim.chaos.net.namespace_links import NamespaceLinks, unavailable_reason
from citysim.chaos.net.port import Link, Links
from citysim.chaos.net.proxy_links import ProxyLinks
from citysim.errors import ChaosUnavailableError
from citysim.sim.random_streams import RandomStreams

AUTO, NETNS, PROXY = "auto", "netns", "proxy"
NETWORKS = (AUTO, NETNS, PROXY)


def choose_network(
    requested: str,
    *,
    processes: Iterable[str],
    links: Iterable[Link],
    tag: RunTag,
    streams: RandomStreams,
) -> tuple[Links, str]:
    """The links, not open yet, and why they are not namespaces.

    The reason is "" when they are, or were not requested. Raises `ChaosUnavailableError`.
    """
    reason = "" if requested == PROXY else unavailable_reason(tag)
    if requested == NETNS and reason:
        raise ChaosUnavailableError(
            f"--net netns is not possible here: {reason}. Use --net proxy, which needs no "
            "privilege."
        )
    if requested == PROXY or reason:
        return ProxyLinks(links, streams=streams), reason
    return NamespaceLinks(processes, tag=tag, streams=streams), ""
