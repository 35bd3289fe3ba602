"""A message is encrypted as RFC 8291 says, for one browser, and no other key reads it."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from push_service import Phone, b64, decrypted, unb64

from district_node.web_push.encryption import (
    BadSubscriptionError,
    BrowserKeys,
    browser_keys,
    encrypted,
)
from district_node.web_push.limits import PUSH_BYTES, PUSH_PADDED_BYTES

# the example of RFC 8291, appendix A
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


class Here:
    origin = "https://push.example"


def key_of(text):
    return ec.derive_private_key(int.from_bytes(unb64(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_is_encrypted_to_the_letter():
    made = encrypted(
        TEXT, browser_keys(POINT, SECRET), salt=unb64(SALT), sender=key_of(SENDER), padded_to=0
    )
    assert b64(made) == BODY
    assert decrypted(unb64(BODY), key_of(RECEIVER), unb64(SECRET)) == TEXT


def test_every_message_is_as_long_as_another_and_fits_into_a_push():
    keys = browser_keys(POINT, SECRET)
    bodies = [encrypted(text, keys, salt=bytes(16)) for text in (b"{}", TEXT, TEXT * 20)]
    assert {len(body) for body in bodies} == {86 + PUSH_PADDED_BYTES.value + 17}
    longest = encrypted(bytes(PUSH_BYTES.value), keys, salt=bytes(16))
    assert len(longest) == 4_096
    with pytest.raises(ValueError, match="do not fit"):
        encrypted(bytes(PUSH_BYTES.value + 1), keys, salt=bytes(16))


def test_another_phone_reads_nothing():
    mine, other = Phone(Here, "mine"), Phone(Here, "other")
    body = encrypted(
        b'{"a":1}', BrowserKeys(point=mine.point, secret=mine.secret.encode()), salt=bytes(16)
    )
    assert mine.read(body) == {"a": 1}
    with pytest.raises(InvalidTag):
        other.read(body)


@pytest.mark.parametrize(
    ("point", "secret", "why"),
    [
        ("", SECRET, "0 bytes"),
        (POINT[:-4], SECRET, "62 bytes"),
        (b64(b"\x04" + bytes(64)), SECRET, "no point"),
        ("***", SECRET, "no base64url"),
        (POINT, b64(bytes(15)), "15 bytes"),
    ],
)
def test_keys_that_are_none_are_refused_with_what_is_wrong(point, secret, why):
    with pytest.raises(BadSubscriptionError, match=why):
        browser_keys(point, secret)
