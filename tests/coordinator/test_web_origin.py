"""The address of a node's pages: what may become a link on a screen."""

import pytest
from pydantic import TypeAdapter, ValidationError

from coordinator.web_origin import WebOrigin

ADAPTER = TypeAdapter(WebOrigin)


@pytest.mark.parametrize(
    "address",
    [
        "https://queue.riverside.example",
        "http://10.4.0.9:8000",
        "https://[2001:db8::7]:8443",
    ],
)
def test_an_address_of_the_web_is_taken_as_it_is(address):
    assert ADAPTER.validate_python(address) == address
    assert ADAPTER.validate_python(address + "/") == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("javascript:alert(1)", "is no http or https address"),
        ("data:text/html,x", "is no http or https address"),
        ("//riverside.example", "is no http or https address"),
        ("https://", "is no http or https address"),
        ("https://a:b@riverside.example", "names a user"),
        ("https://riverside.example/queue", "has more than a scheme"),
        ("https://riverside.example?x=1", "has more than a scheme"),
        ("https://riverside.example#x", "has more than a scheme"),
        ("https://riverside.example:99999", "is no address"),
        ("https://[::1", "is no address"),
        ("https://riverside.example\\@evil.example", "has characters"),
        ("https://river side.example", "has characters"),
        ("https://riverside.example\n", "has characters"),
        ("https://滨江.example", "has characters"),
    ],
)
def test_what_is_none_is_refused_with_its_reason(address, reason):
    with pytest.raises(ValidationError, match=reason):
        ADAPTER.validate_python(address)
