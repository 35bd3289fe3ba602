"""The table `push` of a district's configuration: web push to crews' phones."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from citybrain.config.fields import Section
from citybrain.config.people import CaFile
from district_node.web_push.services import FORM, KNOWN_SERVICES, SERVICE


def _check_contact(address: str) -> str:
    is_mail = address.startswith("mailto:") and "@" in address
    if not (is_mail or address.startswith("https://")) or not address.isascii():
        raise ValueError(f"{ascii(address)[:80]} is neither a mailto: nor an https: address")
    return address


def _check_service(host: str) -> str:
    if not SERVICE.match(host) or ".." in host:
        raise ValueError(f"{ascii(host)[:80]} is no host of a push service")
    return host


Contact = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^\S+$"),
    AfterValidator(_check_contact),
    Field(json_schema_extra={"remedy": 'Give an address, e.g. "mailto:it@riverside.example".'}),
]
Service = Annotated[
    str,
    StringConstraints(max_length=260),
    AfterValidator(_check_service),
    Field(json_schema_extra={"remedy": FORM}),
]


class PushConfig(Section):
    """Web push: a crew's phone is called to a new order while its page is closed or its screen is
    locked. The message goes by the push service of the phone's browser, which learns when a phone
    is called, and not what about."""

    contact: Contact
    """Whom a push service writes to when this node's messages trouble it: `mailto:` or `https:`."""
    services: Annotated[tuple[Service, ...], Field(min_length=1, max_length=50)] = KNOWN_SERVICES
    """Hosts of the push services that this node calls, `*.` before a host for all below it, `:port`
    behind it where it is not 443; left out: those of the usual browsers. A phone whose browser has
    another one is told so."""
    allow_private: bool = False
    """Whether a push service may have an address of a private network: the city's own one. Off: a
    page that names such an address gets no call out of this node."""
    ca_file: CaFile | None = None
    """PEM file with the authorities that push services' certificates may be from; left out: those
    that the machine trusts."""
