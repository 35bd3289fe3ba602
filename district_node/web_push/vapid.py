"""The key by which push services know this node (VAPID, RFC 8292), and what it signs for each of
them. Browsers subscribe to this key: with another one, every phone has to subscribe again.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from citybrain.clock import SECOND_US, Timestamp
from citybrain.enrolment.keys import key_text, new_key, read_key
from citybrain.enrolment.private_files import write_private
from district_node.web_push.encryption import base64url

FILE = "web-push.pem"
TOKEN_S = 12 * 3_600  # RFC 8292 allows a day
SIGNATURE_BYTES = 32  # of each of its two numbers


class PushKey:
    """The node's key. `public`: as browsers take it, base64url."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        """`contact`: whom a push service writes to about this node, a mailto: or https: address."""
        self._key, self._contact = key, contact
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = base64url(point)

    def authorization(self, endpoint: str, now: Timestamp) -> str:
        """The header that lets a message in at the push service of `endpoint`, and nowhere else."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": now // SECOND_US + TOKEN_S,
            "sub": self._contact,
        }
        head = _part({"typ": "JWT", "alg": "ES256"})
        signed = f"{head}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = r.to_bytes(SIGNATURE_BYTES, "big") + s.to_bytes(SIGNATURE_BYTES, "big")
        return f"vapid t={signed}.{base64url(signature)}, k={self.public}"


def push_key(folder: Path, contact: str) -> PushKey:
    """The key in the data folder, made with its owner's rights alone where there is none. Raises
    `CertificateError`, `OSError`."""
    path = folder / FILE
    if not path.exists():
        write_private(path, key_text(new_key()))
    return PushKey(read_key(path.read_bytes(), str(path)), contact)


def _part(value: dict[str, object]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())
