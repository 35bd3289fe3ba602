"""Asks an enrolment port by HTTPS. Whom it trusts is the caller's: a root that it has, or nobody
yet."""

import http.client
import ssl

from citybrain.config.fields import split_address
from citybrain.enrolment.certificates import Certificate, pem
from citybrain.enrolment.limits import ANSWER_BYTES, CONNECTION_SECONDS
from citybrain.enrolment.messages import (
    JOIN,
    RENEW,
    Answer,
    Asked,
    CertificateAsked,
    Refused,
    RootAsked,
    decode_answer,
    encode,
)
from citybrain.errors import MalformedError
from citybrain.identity.errors import (
    EnrolmentAnswerError,
    EnrolmentAwayError,
    EnrolmentRefusedError,
)


def trusting(root: Certificate) -> ssl.SSLContext:
    """Trusts this root and no other: not the system's either."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=pem(root).decode())
    return context


def trusting_nobody() -> ssl.SSLContext:
    """For the one question whose answer proves itself: which root is this?"""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(address: str, request: Asked, context: ssl.SSLContext) -> Answer:
    """The answer of the enrolment port at `address` ("host:port"). Raises `EnrolmentAwayError`,
    `EnrolmentAnswerError`, `EnrolmentRefusedError`."""
    host, port = split_address(address)
    connection = http.client.HTTPSConnection(
        host, port, timeout=CONNECTION_SECONDS.value, context=context
    )
    method = JOIN if isinstance(request, RootAsked | CertificateAsked) else RENEW
    try:
        connection.request("POST", method, encode(request), {"Content-Type": "application/json"})
        body = connection.getresponse().read(ANSWER_BYTES.value)
    except ssl.SSLCertVerificationError as error:
        raise EnrolmentAnswerError(
            f"what answers at {address} is not the authority that is trusted here:"
            f" {error.verify_message}. If the clocks of both machines are right and the address is,"
            " somebody stands between."
        ) from error
    except ssl.SSLError as error:
        raise EnrolmentAnswerError(
            f"what answers at {address} speaks no TLS 1.3 ({error.reason or error}). Is it the"
            " enrolment port (`citybrain ca serve`)?"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise EnrolmentAwayError(
            f"the enrolment port {address} does not answer ({error or type(error).__name__}). Is"
            " `citybrain ca serve` up, and may this machine reach it? Nothing was changed; try"
            " again."
        ) from error
    finally:
        connection.close()
    return _checked(address, body)


def _checked(address: str, body: bytes) -> Answer:
    try:
        answer = decode_answer(body)  # one that was cut off at the limit is none
    except MalformedError as error:
        raise EnrolmentAnswerError(
            f"what answers at {address} is no enrolment port of ours ({error}). Check the address."
        ) from error
    if isinstance(answer, Refused):
        raise EnrolmentRefusedError(answer.reason, answer.detail)
    return answer
