"""What the enrolment port is asked and answers: two methods, `join` and `renew`, each in two steps.
Canonical JSON over HTTPS; no method reads anything else.

    join     RootAsked           → RootGiven           whose hash the token holds: trust comes first
             CertificateAsked    → CertificateGiven    the secret and a certificate request
    renew    ChallengeAsked      → ChallengeGiven
             RenewalAsked        → CertificateGiven    the challenge, signed by the known key

Whatever is not granted is answered `Refused`.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain import canonical_json
from citybrain.structs import Struct

JOIN, RENEW = "/v1/join", "/v1/renew"
# what a holder signs begins with this, so that the signature is good for nothing else
RENEWAL_CONTEXT = b"citybrain renewal v1\n"


class Refusal(StrEnum):
    """Why the authority says no."""

    MALFORMED = "malformed"
    UNKNOWN_TOKEN = "unknown_token"
    USED_TOKEN = "used_token"
    EXPIRED_TOKEN = "expired_token"
    WITHDRAWN_TOKEN = "withdrawn_token"
    UNFIT_KEY = "unfit_key"
    ALREADY_ENROLLED = "already_enrolled"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    REVOKED = "revoked"
    STALE_CHALLENGE = "stale_challenge"
    WRONG_SIGNATURE = "wrong_signature"
    TOO_MANY = "too_many"
    FULL = "full"


# HTTP has few words of its own for them; any other is 403
STATUS: Mapping[Refusal, int] = {
    Refusal.MALFORMED: 400,
    Refusal.TOO_MANY: 429,
    Refusal.FULL: 503,
}


class RootAsked(Struct, frozen=True, kw_only=True, tag="root"):
    """`join`, first: which root certificate is this?"""


class CertificateAsked(Struct, frozen=True, kw_only=True, tag="certificate"):
    """`join`, second: a certificate for the key of `request` (PEM, PKCS #10). Whatever name the
    request holds is not read: the token says the name.
    """

    secret: str
    request: str


class ChallengeAsked(Struct, frozen=True, kw_only=True, tag="challenge"):
    """`renew`, first: what shall the key of certificate `serial` (hexadecimal) sign?"""

    serial: str


class RenewalAsked(Struct, frozen=True, kw_only=True, tag="renewal"):
    """`renew`, second: `signature` (hexadecimal) is the key's, over `signed_text`."""

    serial: str
    challenge: str
    signature: str


class RootGiven(Struct, frozen=True, kw_only=True, tag="root"):
    """The root certificate, PEM."""

    root: str


class ChallengeGiven(Struct, frozen=True, kw_only=True, tag="challenge"):
    """What to sign, within a minute."""

    challenge: str


class CertificateGiven(Struct, frozen=True, kw_only=True, tag="certificate"):
    """The certificate, the issuing authority's, and the current list of revoked ones, all PEM."""

    certificate: str
    issuing: str
    revoked: str


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """Not granted: a code of `Refusal`, and a sentence that says why and what to do."""

    reason: str
    detail: str


JoinAsked = RootAsked | CertificateAsked
RenewAsked = ChallengeAsked | RenewalAsked
Asked = JoinAsked | RenewAsked
Answer = RootGiven | ChallengeGiven | CertificateGiven | Refused


def signed_text(serial: str, challenge: str) -> bytes:
    """What proves that a holder has the key of certificate `serial`."""
    return RENEWAL_CONTEXT + f"{serial}\n{challenge}".encode()


def decode_asked(path: str, body: bytes) -> Asked | None:
    """The request in `body`; None where `path` is no method. Raises `MalformedError`."""
    match path:
        case "/v1/join":
            return canonical_json.decode(body, JoinAsked)
        case "/v1/renew":
            return canonical_json.decode(body, RenewAsked)
    return None


def decode_answer(body: bytes) -> Answer:
    """The answer in `body`; raises `MalformedError`."""
    return canonical_json.decode(body, Answer)


def encode(message: Asked | Answer) -> bytes:
    """As it travels."""
    return canonical_json.encode(message)
