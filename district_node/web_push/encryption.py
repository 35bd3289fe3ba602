"""Encrypts a message for one browser: RFC 8291 (Message Encryption for Web Push) on RFC 8188
(aes128gcm), in one record. The push service between them reads nothing.
"""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from citybrain.structs import Struct
from district_node.errors import DistrictError
from district_node.web_push.limits import PUSH_BYTES, PUSH_PADDED_BYTES

CURVE = ec.SECP256R1()
RECORD_BYTES = 4_096
LAST_RECORD = b"\x02"  # the delimiter before the padding
SECRET_BYTES, POINT_BYTES = 16, 65


class BadSubscriptionError(DistrictError):
    """The keys of a subscription are none. Let the browser subscribe again."""


class BrowserKeys(Struct, frozen=True, kw_only=True):
    """Of a subscription: the point `p256dh` and the secret `auth`, as bytes."""

    point: bytes
    secret: bytes


def browser_keys(public_key: str, secret: str) -> BrowserKeys:
    """The keys of a subscription out of base64url; raises `BadSubscriptionError`."""
    keys = BrowserKeys(point=from_base64url(public_key), secret=from_base64url(secret))
    _public(keys.point)
    if len(keys.secret) != SECRET_BYTES:
        raise BadSubscriptionError(
            f"auth has {len(keys.secret)} bytes, and a browser's secret has {SECRET_BYTES}."
            " Subscribe again."
        )
    return keys


def encrypted(
    message: bytes,
    keys: BrowserKeys,
    *,
    salt: bytes,
    sender: ec.EllipticCurvePrivateKey | None = None,
    padded_to: int = PUSH_PADDED_BYTES.value,
) -> bytes:
    """`message` as the body of a push. `salt`: 16 random bytes, of this message alone. `sender`:
    its key, made here; it and `padded_to` are given by the test of the RFC's own example alone."""
    if len(message) > PUSH_BYTES.value:
        raise ValueError(f"{len(message)} bytes do not fit into a push: {PUSH_BYTES.value} do")
    sender = sender or ec.generate_private_key(CURVE)
    own = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = sender.exchange(ec.ECDH(), _public(keys.point))
    info = b"WebPush: info\x00" + keys.point + own
    material = _hkdf(shared, keys.secret, info, 32)
    content_key = _hkdf(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _hkdf(material, salt, b"Content-Encoding: nonce\x00", 12)
    padding = bytes(max(0, padded_to - len(message)))
    sealed = AESGCM(content_key).encrypt(nonce, message + LAST_RECORD + padding, None)
    return salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(own)]) + own + sealed


def base64url(data: bytes) -> str:
    """Without padding, as every part of web push wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises `BadSubscriptionError`."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), "-_", True)
    except (binascii.Error, ValueError) as error:
        raise BadSubscriptionError(
            f"{ascii(text)[:40]} is no base64url ({error}). Subscribe again."
        ) from error


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    if len(point) != POINT_BYTES:  # nor is it the short form of one
        raise BadSubscriptionError(
            f"p256dh has {len(point)} bytes, and a point of P-256 has {POINT_BYTES}. Subscribe"
            " again."
        )
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError as error:
        raise BadSubscriptionError(
            f"p256dh is no point of P-256 ({error}). Subscribe again."
        ) from error


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)
