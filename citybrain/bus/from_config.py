"""Makes the bus's settings (address, certificates, login) from a tier's configuration. Reads the
password file and nothing else.
"""

from pathlib import Path

from citybrain.bus.paho import BusConfig, BusLogin, BusTls
from citybrain.config.fields import BrokerConfig, read_secret
from citybrain.errors import BusError


def bus_config(broker: BrokerConfig, *, client_id: str) -> BusConfig:
    """Raises `BusError` when the password file can no longer be read."""
    tls = (
        BusTls(ca=Path(broker.tls.ca), certificate=Path(broker.tls.cert), key=Path(broker.tls.key))
        if broker.tls is not None
        else None
    )
    return BusConfig(
        host=broker.host, port=broker.port, client_id=client_id, tls=tls, login=_login(broker)
    )


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
