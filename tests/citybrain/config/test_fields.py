"""The field types of every tier's configuration."""

import pytest
from pydantic import TypeAdapter, ValidationError

from citybrain.config.fields import Id, ListenAddress, PortOrOff, PositiveSeconds, split_address


@pytest.mark.parametrize("good", ["a", "box-a1", "9", "a" * 64])
def test_ids_that_fit_into_topics_and_paths(good):
    assert TypeAdapter(Id).validate_python(good) == good


@pytest.mark.parametrize("bad", ["", "-a", "a-", "A", "a b", "a/b", "a+b", "ä", "a" * 65, "a\n"])
def test_ids_that_do_not(bad):
    with pytest.raises(ValidationError):
        TypeAdapter(Id).validate_python(bad)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("127.0.0.1:7101", ("127.0.0.1", 7101)),
        ("city.local:0", ("city.local", 0)),
        ("[::1]:80", ("::1", 80)),
        ("h:65535", ("h", 65535)),
    ],
)
def test_addresses_are_split(address, parts):
    assert split_address(TypeAdapter(ListenAddress).validate_python(address)) == parts


@pytest.mark.parametrize(
    "bad", ["", ":", "host", "host:", ":80", "host:x", "host:-1", "host:65536", "::1:80", "host:٣"]
)
def test_what_is_no_address_is_refused(bad):
    with pytest.raises(ValueError, match="host:port"):
        split_address(bad)


def test_numbers_keep_their_bounds():
    assert TypeAdapter(PortOrOff).validate_python(0) == 0
    for kind, bad in (
        (PortOrOff, 65_536),
        (PositiveSeconds, 0),
        (PositiveSeconds, float("nan")),
        (PositiveSeconds, 1e12),
    ):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(bad)
