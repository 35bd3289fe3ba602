"""Why a broker does not serve a client, in words that say what to do. Pure."""

import ssl
from collections.abc import Callable, Mapping
from enum import StrEnum

from citybrain.bus.settings import BusConfig

# ends of TLS connections by the other side, as OpenSSL's reasons name them
_ALERTS: Mapping[str, str] = {
    "CERTIFICATE_REQUIRED": "it wants a certificate, and this client has shown none",
    "CERTIFICATE_REVOKED": "this client's certificate is revoked",
    "CERTIFICATE_EXPIRED": "this client's certificate has ended; `citybrain ca renew` renews it",
    "UNKNOWN_CA": "this client's certificate does not come from the authority that it trusts",
    "BAD_CERTIFICATE": "it does not take this client's certificate",
    "CERTIFICATE_UNKNOWN": "it does not take this client's certificate",
}


class BusRefusal(StrEnum):
    """Why: the metric's label."""

    CERTIFICATE = "certificate"  # one of both does not take the other's
    CONNECTION = "connection"  # the broker said no to the connection or a subscription
    SILENCED = "silenced"  # connected, but the broker's rules do not let this name speak or listen
    DENIED = "denied"  # a message was not taken, by the broker's rules


OnRefusal = Callable[[BusRefusal], None]


def silenced(config: BusConfig, within_s: int) -> str:
    """The broker took the connection and lets nothing through."""
    return (
        f"the broker does not let {config.client_id} speak and listen on {config.probe}: a message"
        f" to itself did not come back within {within_s} s. Is this the broker of that district,"
        " is the certificate for that name, was it revoked? `citybrain broker config --district ID`"
        " writes the broker's rules, also after a revocation and after a revoked name joined again"
    )


def unanswered(reason: str, *, has_tls: bool) -> str:
    """The connection ended before the broker said anything."""
    often = (
        "it does not take this client's certificate, and its log says why"
        if has_tls
        else "the port wants TLS, and this client has not joined"
    )
    return f"the connection ended before the broker answered ({reason}); most often {often}"


def tls_refusal(error: OSError | None, host: str) -> str | None:
    """What an error of TLS means; None where it was another error, or none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"what answers does not prove that it is the broker at {host}"
            f" ({error.verify_message}). Its certificate must come from the same authority and name"
            f" this host: `citybrain ca token broker/ID --host {host}`"
        )
    reason = getattr(error, "reason", None)
    if not isinstance(error, ssl.SSLError) or not isinstance(reason, str):
        return None
    for alert, meaning in _ALERTS.items():
        if reason.endswith(alert):
            return f"the broker refused TLS: {meaning}"
    if "ALERT" in reason:
        return f"the broker refused TLS ({reason.lower().replace('_', ' ')})"
    return None
