"""How a district reaches its city."""

from collections.abc import AsyncIterator
from pathlib import Path

from citybrain.link.frames import Frame
from citybrain.rpc.link import open_link
from citybrain.rpc.transport import node_tls
from district_node.config import DistrictConfig
from district_node.shell.uplink import OpenLink


def city_link(config: DistrictConfig, folder: Path) -> OpenLink | None:
    """Opens the link of a district's configuration; None: it has no city."""
    if config.city is None:
        return None
    address, tls = config.city.address, node_tls(config.city.tls, folder)

    def opened(outgoing: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
        return open_link(address, outgoing, tls=tls)

    return opened
