"""Answers what the enrolment port is asked: who gets a certificate, by which proof. Knows no
connection; the name always comes from what the authority stored, never from the one who asks.
"""

import logging

from citybrain.ca.authority import REPLACED, Authority
from citybrain.ca.challenges import Challenges
from citybrain.ca.store import CertificateRow, TokenRow
from citybrain.ca.wrong_tokens import WrongTokens
from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import date_text, pem, read_certificates
from citybrain.enrolment.denied import key_hash
from citybrain.enrolment.keys import PublicKey, is_signed_by, key_of_request
from citybrain.enrolment.limits import NAMES
from citybrain.enrolment.messages import (
    Answer,
    Asked,
    CertificateAsked,
    CertificateGiven,
    ChallengeAsked,
    ChallengeGiven,
    Refusal,
    Refused,
    RenewalAsked,
    RootAsked,
    RootGiven,
    signed_text,
)
from citybrain.identity.errors import CertificateError, EnrolmentRefusedError
from citybrain.identity.name import parse_name
from citybrain.identity.token import secret_hash
from citybrain.ids import IdSource

log = logging.getLogger(__name__)


class Enrolment:
    """Joins and renews for one authority."""

    def __init__(self, authority: Authority, *, ids: IdSource) -> None:
        self._authority, self._store = authority, authority.store
        self._challenges, self._wrong = Challenges(ids), WrongTokens()

    def answer(self, asked: Asked, *, address: str) -> Answer:
        """What to answer to the machine at `address`; a refusal is logged. Raises `StoreError` and
        `OSError` where the authority cannot do its work now."""
        now = self._authority.clock.now()
        try:
            return self._answer(asked, address, now)
        except EnrolmentRefusedError as error:
            if error.reason == Refusal.UNKNOWN_TOKEN:
                self._wrong.note(address, now)
            log.warning("refused %s: %s from %s", type(asked).__name__, error.reason, address)
            return Refused(reason=error.reason, detail=error.detail)

    def _answer(self, asked: Asked, address: str, now: Timestamp) -> Answer:
        match asked:
            case RootAsked():
                return RootGiven(root=pem(self._authority.files.root).decode())
            case CertificateAsked():
                return self._given(self._join(asked, address, now))
            case ChallengeAsked(serial=serial):
                self._known(serial)
                return ChallengeGiven(challenge=self._challenges.challenge(serial, now))
            case RenewalAsked():
                return self._given(self._renew(asked, address, now))

    def _join(self, asked: CertificateAsked, address: str, now: Timestamp) -> CertificateRow:
        # renewals go on: a neighbour behind the same router must not be able to keep them out
        if self._wrong.is_blocked(address, now):
            raise refused(
                Refusal.TOO_MANY, "Too many wrong tokens. Wait five minutes and try again."
            )
        try:
            key = key_of_request(asked.request)
        except CertificateError as error:
            raise refused(Refusal.UNFIT_KEY, str(error)) from error
        with self._store.transaction():
            token = self._store.token(secret_hash(asked.secret))
            if token is None:
                raise refused(
                    Refusal.UNKNOWN_TOKEN,
                    "There is no such token here. Ask whoever runs this authority for one.",
                )
            if token.used_at is not None:
                return self._again(token, key, token.used_at)
            self._check_usable(token, now)
            ended = self._store.revoke_name(token.replaces, now, REPLACED) if token.replaces else 0
            self._check_free(token)
            row = self._authority.issue(parse_name(token.name), key, token.hosts, now)
            self._store.use_token(token.secret_hash, now, row.serial)
        log.info(
            "%s joined from %s: certificate %s until %s%s",
            row.name,
            address,
            row.serial,
            date_text(row.valid_until),
            f", in the place of {token.replaces}" if ended else "",
        )
        return row

    def _renew(self, asked: RenewalAsked, address: str, now: Timestamp) -> CertificateRow:
        if not self._challenges.is_current(asked.serial, asked.challenge, now):
            raise refused(
                Refusal.STALE_CHALLENGE, "The challenge is older than a minute. Ask for another."
            )
        with self._store.transaction():
            held = self._known(asked.serial)
            key = read_certificates(held.certificate, "the authority's record")[0].public_key()
            text = signed_text(asked.serial, asked.challenge)
            if not isinstance(key, PublicKey) or not is_signed_by(key, text, asked.signature):
                raise refused(
                    Refusal.WRONG_SIGNATURE, "The signature is not of this certificate's key."
                )
            newest = self._store.newest(held.name)
            if newest is not None and newest.key_hash == held.key_hash and _is_fresh(newest, now):
                return newest
            row = self._authority.issue(parse_name(held.name), key, held.hosts, now)
        log.info(
            "%s renewed from %s: certificate %s until %s",
            row.name,
            address,
            row.serial,
            date_text(row.valid_until),
        )
        return row

    def _given(self, row: CertificateRow) -> CertificateGiven:
        return CertificateGiven(
            certificate=row.certificate.decode("ascii"),
            issuing=pem(self._authority.files.issuer.certificate).decode(),
            revoked=self._authority.revoked_list(),
        )

    def _known(self, serial: str) -> CertificateRow:
        row = self._store.certificate(serial)
        if row is None:
            raise refused(
                Refusal.UNKNOWN_CERTIFICATE,
                "This authority issued no such certificate. Join with a new token.",
            )
        if row.revoked_at is not None:
            raise refused(
                Refusal.REVOKED,
                f"The certificate of {row.name} was revoked at {date_text(row.revoked_at)}. Whoever"
                " runs the authority knows why, and can give a new token.",
            )
        return row

    def _again(self, token: TokenRow, key: PublicKey, used_at: Timestamp) -> CertificateRow:
        """The certificate that this token was used for, for the key that it was used with: the
        first answer was lost on its way."""
        row = self._store.certificate(token.serial or "")
        if row is not None and row.revoked_at is None and row.key_hash == key_hash(key):
            return row
        raise refused(
            Refusal.USED_TOKEN,
            f"The token of {token.name} was used at {date_text(used_at)}. If that was not this"
            " machine, revoke the name; then ask for a new token.",
        )

    def _check_usable(self, token: TokenRow, now: Timestamp) -> None:
        if token.withdrawn_at is not None:
            raise refused(
                Refusal.WITHDRAWN_TOKEN,
                f"The token of {token.name} was withdrawn at {date_text(token.withdrawn_at)}: a"
                " newer one was made, or the name was revoked.",
            )
        if token.expires_at <= now:
            raise refused(
                Refusal.EXPIRED_TOKEN,
                f"The token of {token.name} ended at {date_text(token.expires_at)}. Ask for"
                " another.",
            )

    def _check_free(self, token: TokenRow) -> None:
        if self._store.newest(token.name) is not None:
            raise refused(
                Refusal.ALREADY_ENROLLED,
                f"{token.name} has a certificate already. For a new key, ask for a token that"
                " replaces it.",
            )
        if not self._store.has_name(token.name) and self._store.names() >= NAMES.value:
            raise refused(Refusal.FULL, f"This authority knows {NAMES.value} names, and no more.")


def refused(reason: Refusal, detail: str) -> EnrolmentRefusedError:
    """The error that becomes a refusal."""
    return EnrolmentRefusedError(reason.value, detail)


def _is_fresh(row: CertificateRow, now: Timestamp) -> bool:
    """Whether less than half of its life is over: then there is no need for another."""
    return now < row.valid_from + (row.valid_until - row.valid_from) // 2
