"""What travels to and from the enrolment port reads back as itself, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.enrolment.messages import (
    JOIN,
    RENEW,
    CertificateAsked,
    CertificateGiven,
    ChallengeAsked,
    ChallengeGiven,
    Refused,
    RenewalAsked,
    RootAsked,
    RootGiven,
    decode_answer,
    decode_asked,
    encode,
    signed_text,
)
from citybrain.errors import MalformedError

TEXTS = st.text(max_size=50)
JOINS = st.one_of(st.builds(RootAsked), st.builds(CertificateAsked, secret=TEXTS, request=TEXTS))
RENEWS = st.one_of(
    st.builds(ChallengeAsked, serial=TEXTS),
    st.builds(RenewalAsked, serial=TEXTS, challenge=TEXTS, signature=TEXTS),
)
ANSWERS = st.one_of(
    st.builds(RootGiven, root=TEXTS),
    st.builds(ChallengeGiven, challenge=TEXTS),
    st.builds(CertificateGiven, certificate=TEXTS, issuing=TEXTS, revoked=TEXTS),
    st.builds(Refused, reason=TEXTS, detail=TEXTS),
)


@given(JOINS, RENEWS, ANSWERS)
def test_a_message_reads_back_as_itself(join, renew, answer):
    assert decode_asked(JOIN, encode(join)) == join
    assert decode_asked(RENEW, encode(renew)) == renew
    assert decode_answer(encode(answer)) == answer


@given(JOINS, RENEWS)
def test_a_method_takes_its_own_questions_alone(join, renew):
    for path, asked in ((JOIN, renew), (RENEW, join)):
        with pytest.raises(MalformedError):
            decode_asked(path, encode(asked))
    assert decode_asked("/v1/revoke", encode(join)) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_question_or_are_malformed(body):
    for decode in (lambda: decode_asked(JOIN, body), lambda: decode_answer(body)):
        with pytest.raises(MalformedError):
            decode()


def test_a_signature_is_for_one_certificate_and_challenge_alone():
    assert len({signed_text(*parts) for parts in [("a", "b"), ("ab", ""), ("", "ab")]}) == 3
    assert signed_text("a", "b").startswith(b"citybrain renewal v1\n")
