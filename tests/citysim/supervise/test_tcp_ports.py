"""Free ports of the loopback."""

import socket

from citysim.supervise.tcp_ports import LOOPBACK, free_ports, ports_from


def test_free_ports_are_different_and_can_be_bound():
    ports = free_ports(8)
    assert len(set(ports)) == 8
    for port in ports:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, port))


def test_ports_from_a_start_leave_out_what_is_taken():
    start = free_ports(1)[0]
    with socket.socket() as taken:
        taken.bind((LOOPBACK, start))
        assert next(ports_from(start)) > start
