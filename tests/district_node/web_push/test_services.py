"""Only push services of the configuration are called, and no address of a private network: a page
could name any.
"""

import pytest

from district_node.web_push.services import KNOWN_SERVICES, PushServices, ServiceRefusedError

OPEN = "93.184.216.34"


def services(*hosts, allows_private=False, found=(OPEN,)):
    return PushServices(
        hosts or KNOWN_SERVICES, allows_private=allows_private, resolve=lambda *_: found
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
        "https://FCM.googleapis.com:443/x",
    ],
)
def test_the_usual_browsers_services_are_called(address):
    assert services().endpoint(address).port == 443


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://fcm.googleapis.com/x", "bad_endpoint"),
        ("https://me@fcm.googleapis.com/x", "bad_endpoint"),
        ("https://fcm.googleapis.com:99999/x", "bad_endpoint"),
        ("https://[::1/x", "bad_endpoint"),
        ("file:///etc/passwd", "bad_endpoint"),
        ("https://fcm.googleapis.com/a b", "bad_endpoint"),
        ("https://fcm.googleapis.com/\r\nx: y", "bad_endpoint"),
        ("https://fcm.googleapis.com/" + "x" * 1_000, "bad_endpoint"),
        ("https://fcm.googleapis.com:8443/x", "unknown_service"),
        ("https://fcm.googleapis.com.attacker.example/x", "unknown_service"),
        ("https://attackerpush.apple.com.example/x", "unknown_service"),
        ("https://notpush.apple.comx/x", "unknown_service"),
        ("https://127.0.0.1/x", "unknown_service"),
        ("https://169.254.169.254/latest/meta-data", "unknown_service"),
    ],
)
def test_whatever_else_a_page_names_is_refused(address, reason):
    with pytest.raises(ServiceRefusedError) as refused:
        services().endpoint(address)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "127.0.0.1", "192.168.1.9", "169.254.169.254"),
        *("100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"),
    ],
)
def test_a_name_that_stands_for_a_private_address_is_not_called(address):
    found = services(found=(OPEN, address))
    endpoint = found.endpoint("https://fcm.googleapis.com/x")
    with pytest.raises(ServiceRefusedError, match="allow_private"):
        found.reached_at(endpoint)
    own = services("push.city.example:8443", allows_private=True, found=(address,))
    assert own.reached_at(own.endpoint("https://push.city.example:8443/x")) == address


def test_what_is_connected_to_is_the_address_that_was_judged():
    assert (
        services(found=(OPEN, "8.8.8.8")).reached_at(
            services().endpoint("https://fcm.googleapis.com/x")
        )
        == OPEN
    )
