"""Under which names a server is asked for: its machine's, those of its configuration, addresses."""

import socket

import pytest

from citybrain.web.admission.hosts import HostNames

NAMES = HostNames(["queue.riverside.example", "Kiosk."])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8101",
        "LOCALHOST.",
        socket.gethostname(),
        "queue.riverside.example:443",
        "kiosk",
        "127.0.0.1:8101",
        "10.0.0.5",
        "[::1]:8101",
        "[fe80::1%eth0]:8101",
    ],
)
def test_an_own_name_or_an_address_is_served(host):
    assert NAMES.has(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        ":80",
        "attacker.example",
        "attacker.example:8101",
        "localhost.attacker.example",
        "riverside.example",
        "x.queue.riverside.example",
        "127.0.0.1.attacker.example",
        "attacker.example@localhost",
        "localhost:8101:8101",
        "localhost:notaport",
        "localhost..",
        "[attacker.example]",
        "[::1",
        "0x7f.1",
        "localhost\u0000",
        "ｌｏｃａｌｈｏｓｔ",
    ],
)
def test_another_name_is_not(host):
    assert not NAMES.has(host)
