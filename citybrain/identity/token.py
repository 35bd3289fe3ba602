"""The one-time token that a box joins with: what it is called, where to ask, whom to trust there,
and a secret. One line of text, checked against cut ends and typing errors.
"""

import base64
import binascii
import hashlib
import re

from citybrain import canonical_json
from citybrain.errors import MalformedError
from citybrain.identity.errors import IdentityNameError, JoinTokenError
from citybrain.identity.name import IdentityName, parse_name
from citybrain.structs import Struct

PREFIX = "cbjoin1"  # with the version of this form
CHECK_BYTES = 4
CHARS_MAX = 2_000
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):[0-9]{1,5}")


class JoinToken(Struct, frozen=True, kw_only=True):
    """A token, as its holder reads it. The authority stores a hash of `secret` and no token."""

    name: IdentityName
    address: str  # "host:port" of the enrolment port
    root: str  # SHA-256 of the root certificate's DER, 64 hexadecimal digits
    secret: str  # 128 random bits, 32 hexadecimal digits

    def __repr__(self) -> str:  # a token in a log would be a key in a log
        return f"JoinToken({self.name})"


class _Text(Struct, frozen=True, kw_only=True):
    """What a token's text holds."""

    name: str
    address: str
    root: str
    secret: str


def encode_token(token: JoinToken) -> str:
    """The one line that a person copies."""
    text = _Text(name=str(token.name), address=token.address, root=token.root, secret=token.secret)
    payload = canonical_json.encode(text)
    check = hashlib.sha256(payload).digest()[:CHECK_BYTES]
    return f"{PREFIX}_{base64.urlsafe_b64encode(check + payload).decode().rstrip('=')}"


def decode_token(text: str) -> JoinToken:
    """The token that `text` is; spaces and line ends that a terminal put in do not matter. Raises
    `JoinTokenError`."""
    joined = "".join(text.split())
    if not joined.startswith(f"{PREFIX}_"):
        raise JoinTokenError(f"it does not begin with {PREFIX}_")
    if len(joined) > CHARS_MAX:
        raise JoinTokenError(f"it is longer than {CHARS_MAX} characters")
    encoded = joined.removeprefix(f"{PREFIX}_")
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise JoinTokenError("it was cut off, or a character of it is wrong") from error
    check, payload = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
    if hashlib.sha256(payload).digest()[:CHECK_BYTES] != check:
        raise JoinTokenError("it was cut off, or a character of it is wrong")
    return _checked(payload)


def secret_hash(secret: str) -> str:
    """What the authority stores of a token's secret."""
    return hashlib.sha256(f"citybrain join {secret}".encode()).hexdigest()


def is_address(text: str) -> bool:
    """Whether `text` is the "host:port" of an enrolment port."""
    return bool(_ADDRESS.fullmatch(text)) and 0 < int(text.rpartition(":")[2]) <= 65_535


def _checked(payload: bytes) -> JoinToken:
    try:
        found = canonical_json.decode(payload, _Text)
        name = parse_name(found.name)
    except (MalformedError, IdentityNameError) as error:
        raise JoinTokenError(f"it holds no name or no address ({error})") from error
    if not is_address(found.address):
        raise JoinTokenError(f"{ascii(found.address)[:80]} is no host:port")
    if not _FINGERPRINT.fullmatch(found.root) or not _SECRET.fullmatch(found.secret):
        raise JoinTokenError("its fingerprint or its secret is none")
    return JoinToken(name=name, address=found.address, root=found.root, secret=found.secret)
