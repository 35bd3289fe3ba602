"""What a configuration says of the broker, as the bus wants it: address, certificates, login. Reads the password's file and nothing else."""

from pathlib import Path

from citybrain.bus.paho import BusConfig, BusLogin, BusTls
from citybrain.config.fields import BrokerConfig, secret_in
from citybrain.errors import BusError


def bus_config(broker: BrokerConfig, *, client_id: str) -> BusConfig:
    """Raises `BusError` when the password cannot be read any more (a configuration that was loaded had it)."""
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
        return BusLogin(
            username=broker.username,
            password=secret_in(broker.password_file) if broker.password_file is not None else None,
        )
    except ValueError as error:
        raise BusError(
            f"no login at the broker as {broker.username!r}: {error}. Put the password there, on the first line."
        ) from error
