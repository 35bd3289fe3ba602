"""Field types that every tier's configuration is made of. Each says in words what would be right
(`remedy` in its schema). Reads no file but a password's.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from citybrain.config.secrets import CREDENTIAL, check_options, secret_path
from citybrain.geo import Point
from citybrain.kinds import (
    EVENT_KIND_CHARS,
    EVENT_KIND_FORM,
    EVENT_KIND_PATTERN,
    INCIDENT_KIND_CHARS,
    INCIDENT_KIND_FORM,
    INCIDENT_KIND_PATTERN,
)


class Section(BaseModel):
    """A table of a configuration file: unknown keys are problems, values are frozen.

    The docstring below a field is its meaning in the configuration reference.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _remedy(words: str) -> Any:
    return Field(json_schema_extra={"remedy": words})


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"),
    _remedy('Use 1-64 of a-z, 0-9 and "-", for example "box-a1".'),
]


def _check_printable(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError(f"{ascii(text)[:60]} is no text that a screen can show on one line")
    return text


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_check_printable),
    _remedy("Give a text of 1-200 characters on one line, without control characters."),
]
EventKindName = Annotated[
    str,
    StringConstraints(pattern=EVENT_KIND_PATTERN, max_length=EVENT_KIND_CHARS.value),
    _remedy(f'Use {EVENT_KIND_FORM}, for example "lifts:Contact/Open".'),
]
IncidentKindName = Annotated[
    str,
    StringConstraints(pattern=INCIDENT_KIND_PATTERN, max_length=INCIDENT_KIND_CHARS.value),
    _remedy(f'Use {INCIDENT_KIND_FORM}, for example "crowding".'),
]
PositiveSeconds = Annotated[
    float,
    Field(
        strict=True,
        gt=0,
        le=365 * 86_400,
        json_schema_extra={"remedy": "Give seconds above 0, for example 2.5."},
    ),
]
Seconds = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=365 * 86_400,
        json_schema_extra={"remedy": "Give seconds, 0 or more."},
    ),
]
PositiveFloat = Annotated[
    float,
    Field(
        strict=True,
        gt=0,
        allow_inf_nan=False,
        json_schema_extra={"remedy": "Give a number above 0."},
    ),
]
PositiveInt = Annotated[
    int, Field(strict=True, gt=0, json_schema_extra={"remedy": "Give a whole number above 0."})
]
Finite = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, json_schema_extra={"remedy": "Give a finite number."}),
]
Share = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=1,
        json_schema_extra={
            "remedy": "Give a number from 0 to 1 (a share of the picture's width or height)."
        },
    ),
]
Port = Annotated[
    int,
    Field(
        strict=True,
        ge=1,
        le=65_535,
        json_schema_extra={"remedy": "Give a port from 1 to 65535."},
    ),
]
PortOrOff = Annotated[
    int,
    Field(
        strict=True,
        ge=0,
        le=65_535,
        json_schema_extra={"remedy": "Give a port from 1 to 65535, or 0 for none."},
    ),
]
ImagePoint = tuple[Share, Share]

QuarterTurn = Annotated[
    Literal[0, 90, 180, 270],
    _remedy("Give 0, 90, 180 or 270: degrees clockwise."),
]


def aspect_of(text: str) -> float:
    """Width to height of "16:9"; raises `ValueError` for any other text."""
    found = re.fullmatch(r"([0-9]{1,5}(?:\.[0-9]{1,4})?):([0-9]{1,5}(?:\.[0-9]{1,4})?)", text)
    if found is None:
        raise ValueError(f'{ascii(text)[:30]} is not "width:height"')
    width, height = float(found[1]), float(found[2])
    if not (height > 0 and ASPECT_MIN <= width / height <= ASPECT_MAX):
        raise ValueError(f"{text} is no picture: one side is more than eight times the other")
    return width / height


def _check_aspect(text: str) -> str:
    aspect_of(text)
    return text


ASPECT_MIN, ASPECT_MAX = 1 / 8, 8.0
AspectRatio = Annotated[
    str, AfterValidator(_check_aspect), _remedy('Give width and height, as in "16:9" or "4:3".')
]


def split_address(address: str) -> tuple[str, int]:
    """(host, port) of "host:port" or "[v6]:port"; raises `ValueError` for any other text."""
    host, colon, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f'{address!r} is not "host:port"')
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f'{address!r} is not "host:port"')
    return host, int(port)


def _check_address(address: str) -> str:
    split_address(address)
    return address


ListenAddress = Annotated[
    str,
    AfterValidator(_check_address),
    _remedy('Use "host:port", for example "127.0.0.1:7101" (port 0: any free one).'),
]
Address = Annotated[
    str, AfterValidator(_check_address), _remedy('Use "host:port", for example "10.0.0.5:7000".')
]


HostName = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$",
        max_length=253,
    ),
    _remedy('Use a host name without a port, for example "queue.riverside.example".'),
]


class LatLon(Section):
    """A place on the earth, WGS 84 degrees."""

    lat: Annotated[
        float,
        Field(ge=-90, le=90, json_schema_extra={"remedy": "Give degrees north, from -90 to 90."}),
    ]
    """Latitude in degrees north, WGS 84."""
    lon: Annotated[
        float,
        Field(
            ge=-180, le=180, json_schema_extra={"remedy": "Give degrees east, from -180 to 180."}
        ),
    ]
    """Longitude in degrees east, WGS 84."""

    def point(self) -> Point:
        return Point(lat=self.lat, lon=self.lon)


class LocalizedNameConfig(Section):
    """A name in the languages of the screens."""

    en: Name
    """The name on English screens."""
    zh: Name
    """The name on Chinese screens."""


class TlsFiles(Section):
    """Paths of PEM files: who is trusted, and who this node is."""

    ca: str
    """PEM file with the authorities whose certificates are trusted."""
    cert: str
    """PEM file with this node's certificate."""
    key: str
    """PEM file with the certificate's private key."""


def read_secret(path: str) -> str:
    """The first line of the file at `path`; raises `ValueError` where there is none to read."""
    try:
        secret = secret_path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path!r} cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error
    if not secret:
        raise ValueError(f"the first line of {path!r} is empty")
    return secret


def _check_secret(path: str) -> str:
    read_secret(path)
    return path


SecretFile = Annotated[
    str,
    AfterValidator(_check_secret),
    _remedy(
        "Name a file that holds the password on its first line and that only this node may read,"
        " or `credential:NAME` of systemd."
    ),
]


def _check_private(path: str) -> str:
    read_secret(path)
    is_systemds = path.startswith(CREDENTIAL)  # in a folder of this process alone
    if not is_systemds and Path(path).stat().st_mode & 0o077:
        raise ValueError(f"{path!r} is open to other users of this machine; chmod 600 it")
    return path


PrivateFile = Annotated[
    str,
    AfterValidator(_check_private),
    _remedy("Name a file with mode 0600 that holds the secret on its first line."),
]


PluginOptions = Annotated[
    dict[str, object],
    AfterValidator(check_options),
    _remedy(
        "Put the secret into a file that only this node may read, and name that: password_file,"
        " token_file, as its package says."
    ),
]


PLAIN_PORT, TLS_PORT = 1883, 8883  # as registered for MQTT


class BrokerConfig(Section):
    """Where the MQTT broker is."""

    host: Name = "127.0.0.1"
    """Host name or address of the MQTT broker."""
    port: Port | None = None
    """Port of the broker; left out: 8883 where this node presents certificates, 1883 where it has
    none."""
    username: Name | None = None
    """User name for the broker; left out: none is sent."""
    password_file: SecretFile | None = None
    """File with the password on its first line; the password itself never stands here."""
    tls: TlsFiles | None = None
    """Certificates of the connection to the broker; left out: those that the node joined with, and
    no TLS where it has not joined."""

    def port_with(self, *, tls: bool) -> int:
        """The port, given whether the node presents certificates."""
        return self.port or (TLS_PORT if tls else PLAIN_PORT)

    @field_validator("password_file")
    @classmethod
    def _has_username(cls, path: str | None, info: ValidationInfo) -> str | None:
        if path is not None and "username" in info.data and info.data["username"] is None:
            raise ValueError("it is there without a username")
        return path


class MetricsConfig(Section):
    """The Prometheus endpoint; port 0 is none."""

    port: PortOrOff = 0
    """Port of the Prometheus endpoint; 0: none."""
    host: Name = "127.0.0.1"
    """Address that the endpoint listens on."""
    allowed_hosts: tuple[HostName, ...] = ()
    """Names under which it is scraped, besides its address and its machine's own name."""
