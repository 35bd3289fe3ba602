"""The channels of a configuration: which adapter a page goes to, and what will not work."""

from collections.abc import Iterator

from citybrain.bus.port import Bus
from citybrain.config.fields import read_secret
from citybrain.domain.page import Channel, PageLetter
from citybrain.ids import DistrictId
from district_node.paging.schema import PagingConfig
from district_node.shell.paging.apprise_channel import (
    INSTALL,
    AppriseChannel,
    is_address,
    is_installed,
)
from district_node.shell.paging.mqtt_channel import MqttChannel


class Channels:
    """See `PageSender`: those of everybody whom the configuration names."""

    def __init__(self, config: PagingConfig, district: DistrictId, bus: Bus) -> None:
        self._district, self._bus = district, bus
        self.configure(config)

    def configure(self, config: PagingConfig) -> None:
        """Go on with the people and channels that another configuration names."""
        tables = [(person.id, table) for person in config.person for table in person.channel]
        self._apprise = AppriseChannel(
            {(name, table.by): table.url_file for name, table in tables if table.url_file}
        )
        self._mqtt = MqttChannel(
            self._district,
            self._bus,
            {name: table.adapter for name, table in tables if table.adapter},
        )

    async def send(self, letter: PageLetter, pages: str) -> None:
        channel = self._mqtt if letter.channel is Channel.MQTT else self._apprise
        await channel.send(letter, pages)


def channel_notes(config: PagingConfig) -> Iterator[str]:
    """A sentence for each channel by which nobody would be reached; names no address."""
    named = [
        (person.id, table) for person in config.person for table in person.channel if table.url_file
    ]
    if named and not is_installed():
        yield f"nobody is called but by mqtt: apprise is not installed here ({INSTALL})"
        return
    for person, table in named:
        if table.url_file is not None and not is_address(read_secret(table.url_file)):
            yield f"the {table.by} address of {person} is none that apprise knows"
