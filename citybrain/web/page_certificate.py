"""Whether a node's pages are served by TLS. Decides nothing else."""

from citybrain.people.door import is_loopback
from citybrain.rpc.transport import Tls
from citybrain.web.served_certificate import ServedCertificate


def page_certificate(address: str, tls: Tls | None) -> ServedCertificate | None:
    """What pages on `address` present: the node's own certificate, where it has one and others
    reach the address; None: plain HTTP, on this machine or behind a proxy that speaks TLS.

    Raises `OSError` where the files cannot be used.
    """
    if tls is None or is_loopback(address):
        return None
    return ServedCertificate(tls.certificate, tls.key)
