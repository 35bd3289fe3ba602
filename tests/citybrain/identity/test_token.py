"""A token is one line that survives a terminal, and not a lost or a wrong letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.domain.principal import Role
from citybrain.identity import token as tokens
from citybrain.identity.errors import JoinTokenError
from citybrain.identity.name import name_of
from citybrain.identity.token import (
    JoinToken,
    decode_token,
    encode_token,
    is_address,
    secret_hash,
)

HEX = "0123456789abcdef"
TOKENS = st.builds(
    JoinToken,
    name=st.sampled_from(
        [name_of("chengdu", Role.BOX, "box-a1"), name_of("a", Role.DUTY_OFFICER, "wang")]
    ),
    address=st.sampled_from(["ca.example:7443", "10.0.0.1:1", "[fd00::1]:65535"]),
    root=st.text(HEX, min_size=64, max_size=64),
    secret=st.text(HEX, min_size=32, max_size=32),
)
TOKEN = JoinToken(
    name=name_of("chengdu", Role.BOX, "box-a1"),
    address="ca.example:7443",
    root="ab" * 32,
    secret="0f" * 16,
)


@given(TOKENS)
def test_a_token_reads_back_as_itself_from_one_word(token):
    text = encode_token(token)
    assert decode_token(text) == token
    assert len(text.split()) == 1 and text.isascii()


@given(TOKENS, st.data())
def test_line_ends_that_a_terminal_put_in_do_not_matter(token, data):
    text = encode_token(token)
    at = data.draw(st.integers(0, len(text)))
    assert decode_token(f" {text[:at]}\r\n  {text[at:]}\n") == token


@given(TOKENS, st.data())
def test_a_token_without_its_end_or_with_a_wrong_letter_is_none(token, data):
    text = encode_token(token)
    at = data.draw(st.integers(0, len(text) - 2))
    wrong = data.draw(st.sampled_from("abcXYZ019-_").filter(lambda c: c != text[at]))
    for damaged in (text[:at], text[:at] + wrong + text[at + 1 :]):
        with pytest.raises(JoinTokenError, match="Copy the whole line"):
            decode_token(damaged)


@given(st.text(max_size=300))
def test_any_text_is_a_token_or_is_said_to_be_none(text):
    with pytest.raises(JoinTokenError):
        decode_token(text)
    with pytest.raises(JoinTokenError):
        decode_token(f"{tokens.PREFIX}_{text}")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "box-a1"},
        {"address": "ca.example"},
        {"address": "ca.example:0"},
        {"address": "ca.example:7443/x"},
        {"root": "ab" * 31},
        {"secret": "0F" * 16},
    ],
)
def test_a_whole_token_with_wrong_content_is_none(monkeypatch, change):
    right = {
        "name": str(TOKEN.name),
        "address": TOKEN.address,
        "root": TOKEN.root,
        "secret": TOKEN.secret,
    }
    monkeypatch.setattr(
        tokens, "canonical_json", type("", (), {"encode": lambda _: encoded(right | change)})
    )
    text = encode_token(TOKEN)
    monkeypatch.undo()
    with pytest.raises(JoinTokenError):
        decode_token(text)


def encoded(value):
    return canonical_json.encode(value)


def test_a_token_does_not_show_its_secret():
    assert TOKEN.secret not in repr(TOKEN) + str(TOKEN)
    assert TOKEN.secret not in secret_hash(TOKEN.secret)


@pytest.mark.parametrize(
    "text", ["", ":1", "a:", "a:65536", "a b:1", "a:1 ", "fd00::1:7443", "a:x"]
)
def test_what_is_no_address(text):
    assert not is_address(text)
