"""Makes the bus's settings (address, certificates, login) from a tier's configuration. Reads the
password file and nothing else.
"""

from pathlib import Path

from citybrain.bus import topics
from citybrain.bus.settings import BusConfig, BusLogin, BusTls
from citybrain.config.fields import BrokerConfig, TlsFiles, read_secret
from citybrain.errors import BusError
from citybrain.ids import DistrictId


def bus_config(
    broker: BrokerConfig, *, client_id: str, tls: TlsFiles | None = None, probe: str = ""
) -> BusConfig:
    """`tls`: the certificates of this client, where they are not the broker's table's. Raises
    `BusError` when the password file can no longer be read."""
    files = broker.tls or tls
    return BusConfig(
        host=broker.host,
        port=broker.port_with(tls=files is not None),
        client_id=client_id,
        tls=None if files is None else _tls(files),
        login=_login(broker),
        probe=probe,
    )


def node_bus_config(
    broker: BrokerConfig, *, district: DistrictId, name: str, tls: TlsFiles | None
) -> BusConfig:
    """The settings of the node called `name` (`ROLE/ID`): with certificates that is its client id,
    as a broker has it from them. Raises `BusError` as above."""
    unproved = f"{district}-{name.replace('/', '-')}"
    return bus_config(
        broker,
        client_id=unproved if tls is None else name,
        tls=tls,
        probe=topics.probe(district, name),
    )


def _tls(files: TlsFiles) -> BusTls:
    return BusTls(ca=Path(files.ca), certificate=Path(files.cert), key=Path(files.key))


def _login(broker: BrokerConfig) -> BusLogin | None:
    if broker.username is None:
        return None
    try:
        file = broker.password_file
        password = read_secret(file) if file is not None else None
        return BusLogin(username=broker.username, password=password)
    except ValueError as error:
        raise BusError(
            f"no login at the broker as {broker.username!r}: {error}. Put the password there, on"
            " the first line."
        ) from error
