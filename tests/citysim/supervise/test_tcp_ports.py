"""Free ports of the loopback."""

import socket
import subprocess
import sys

import pytest

from citysim.supervise import tcp_ports
from citysim.supervise.tcp_ports import (
    LOOPBACK,
    NoFreePortError,
    free_ports,
    kernel_range,
    ports_from,
)


def test_free_ports_are_different_and_can_be_bound():
    ports = free_ports(8)
    assert len(set(ports)) == 8
    for port in ports:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, port))


def test_the_kernel_gives_none_of_them_to_a_connection():
    first, last = kernel_range()
    assert not [port for port in free_ports(50) if first <= port <= last]


def test_a_port_is_chosen_once_on_this_machine():
    ask = "from citysim.supervise.tcp_ports import free_ports\nprint(*free_ports(200), flush=True)"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", ask + "\ninput()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    chosen = free_ports(200) + [
        int(port) for other in others for port in other.stdout.readline().split()
    ]
    for other in others:
        other.communicate("\n")
    assert len(chosen) == len(set(chosen)) == 800


def test_no_port_is_left(monkeypatch):
    monkeypatch.setattr(tcp_ports, "kernel_range", lambda: (tcp_ports.LOWEST, tcp_ports.HIGHEST))
    with pytest.raises(NoFreePortError, match="1 free TCP ports are wanted, 0 of 0 are free"):
        free_ports(1)


def test_ports_from_a_start_leave_out_what_is_taken():
    start = free_ports(1)[0]
    with socket.socket() as taken:
        taken.bind((LOOPBACK, start))
        assert next(ports_from(start)) > start
