"""Joins and renews: how a box gets its first certificate with a token, and each next one with the
key that it has.
"""

from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import (
    Certificate,
    fingerprint,
    read_certificates,
    valid_from,
    valid_until,
)
from citybrain.enrolment.folder import (
    KEY,
    TOKEN,
    Identity,
    beside,
    read_identity,
    write_certificate,
    write_identity,
)
from citybrain.enrolment.https import ask, trusting, trusting_nobody
from citybrain.enrolment.keys import PrivateKey, key_text, new_key, read_key, request_text, sign
from citybrain.enrolment.messages import (
    Answer,
    CertificateAsked,
    CertificateGiven,
    ChallengeAsked,
    ChallengeGiven,
    RenewalAsked,
    RootAsked,
    RootGiven,
    signed_text,
)
from citybrain.enrolment.private_files import make_private_folder, write_private
from citybrain.identity.errors import CertificateError, EnrolmentAnswerError
from citybrain.identity.token import JoinToken, secret_hash

# renewed from here on: the rest of its life is for an authority that is away
RENEWED_AT = 2 / 3


def join(token: JoinToken, folder: Path) -> Identity:
    """Make a key, have it certified, and put the identity at `folder`. A second call with the same
    token, after whatever end the first one had, comes to the same identity.

    Raises `EnrolmentAwayError`, `EnrolmentAnswerError`, `EnrolmentRefusedError`, `OSError`.
    """
    used = secret_hash(token.secret)
    if _token_of(folder) == used:
        return read_identity(folder)
    root = _trusted_root(token)
    key = _pending_key(folder, used)
    request = CertificateAsked(secret=token.secret, request=request_text(key, token.name))
    given = _certificate_in(ask(token.address, request, trusting(root)), token.address)
    identity = _identity(given, key, root, token.address)
    if identity.name != token.name:
        raise EnrolmentAnswerError(
            f"the authority gave a certificate for {identity.name}, and the token is for"
            f" {token.name}. Nothing was written; tell whoever runs the authority."
        )
    write_identity(folder, identity, revoked=given.revoked, token=used)
    return identity


def is_renewal_due(certificate: Certificate, now: Timestamp) -> bool:
    """Whether two thirds of the certificate's life are over."""
    start, end = valid_from(certificate), valid_until(certificate)
    return now >= start + (end - start) * RENEWED_AT


def renew(folder: Path) -> Identity:
    """Have the identity at `folder` certified anew, with the key that it has; its certificate may
    be expired for however long. An authority that finds the certificate fresh gives it again, with
    the current list of revoked ones.

    Raises `CertificateError`, `EnrolmentAwayError`, `EnrolmentAnswerError`,
    `EnrolmentRefusedError`, `OSError`.
    """
    held = read_identity(folder)
    context = trusting(held.root)
    given = ask(held.authority, ChallengeAsked(serial=held.serial), context)
    if not isinstance(given, ChallengeGiven):
        raise _odd(held.authority)
    signature = sign(held.key, signed_text(held.serial, given.challenge))
    asked = RenewalAsked(serial=held.serial, challenge=given.challenge, signature=signature)
    answer = _certificate_in(ask(held.authority, asked, context), held.authority)
    identity = _identity(answer, held.key, held.root, held.authority)
    if identity.name != held.name:
        raise EnrolmentAnswerError(
            f"the authority gave a certificate for {identity.name}, and this is {held.name}."
            " Nothing was written; tell whoever runs the authority."
        )
    write_certificate(folder, identity, revoked=answer.revoked)
    return identity


def _trusted_root(token: JoinToken) -> Certificate:
    """The root whose hash the token holds. The connection proves nothing, the hash does; no secret
    is sent on it."""
    answer = ask(token.address, RootAsked(), trusting_nobody())
    if not isinstance(answer, RootGiven):
        raise _odd(token.address)
    try:
        root = read_certificates(answer.root.encode(), "the answer")[0]
    except (CertificateError, UnicodeEncodeError) as error:
        raise _odd(token.address) from error
    if fingerprint(root) != token.root:
        raise EnrolmentAnswerError(
            f"what answers at {token.address} is not the authority of this token: its root is"
            f" {fingerprint(root)[:16]}…, and the token says {token.root[:16]}…. The secret was not"
            " sent. Check the address; if it is right, somebody stands between."
        )
    return root


def _identity(
    given: CertificateGiven, key: PrivateKey, root: Certificate, authority: str
) -> Identity:
    try:
        return Identity(
            key=key,
            certificate=read_certificates(given.certificate.encode(), "the answer")[0],
            issuing=read_certificates(given.issuing.encode(), "the answer")[0],
            root=root,
            authority=authority,
        )
    except (CertificateError, UnicodeEncodeError) as error:
        raise EnrolmentAnswerError(
            f"the authority at {authority} gave a certificate that does not fit: {error} Nothing"
            " was written."
        ) from error


def _certificate_in(answer: Answer, address: str) -> CertificateGiven:
    if not isinstance(answer, CertificateGiven):
        raise _odd(address)
    return answer


def _odd(address: str) -> EnrolmentAnswerError:
    return EnrolmentAnswerError(
        f"what answers at {address} answered something else than it was asked. Is it the enrolment"
        " port of this version?"
    )


def _token_of(folder: Path) -> str:
    """The hash of the token that the identity at `folder` was joined with."""
    try:
        return (folder / TOKEN).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _pending_key(folder: Path, used: str) -> PrivateKey:
    """The key of this token: kept before it is sent, so that a join that was cut off finds the same
    certificate when it is run again."""
    joining = beside(folder, "joining")
    make_private_folder(joining)
    if _token_of(joining) == used and (joining / KEY).exists():
        return read_key((joining / KEY).read_bytes(), str(joining / KEY))
    key = new_key()
    write_private(joining / KEY, key_text(key))
    write_private(joining / TOKEN, f"{used}\n")
    return key
