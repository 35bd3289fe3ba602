"""Buffering loses nothing, repeats nothing, and reports the end and "would block" as sockets do."""

import select
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.bus.buffered_socket import READ_BYTES, BufferedSocket


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    near.setblocking(False)
    yield BufferedSocket(near), far
    near.close()
    far.close()


@given(
    sent=st.lists(st.binary(min_size=1, max_size=300), max_size=20),
    asked=st.lists(st.integers(1, 400), min_size=1),
)
def test_whatever_is_asked_for_comes_in_order_and_once(sent, asked):
    near, far = socket.socketpair()
    near.setblocking(False)
    with near, far:
        buffered, got = BufferedSocket(near), b""
        for part in sent:
            far.sendall(part)
        far.close()
        turn = 0
        while piece := buffered.recv(asked[turn % len(asked)]):
            assert len(piece) <= asked[turn % len(asked)]
            got, turn = got + piece, turn + 1
        assert got == b"".join(sent)


def test_where_nothing_waits_it_says_so_as_a_socket_does(ends):
    near, far = ends
    with pytest.raises(BlockingIOError):
        near.recv(1)
    far.sendall(b"ab")
    assert near.recv(1) == b"a"
    assert near.pending() == 1
    assert near.recv(5) == b"b"
    with pytest.raises(BlockingIOError):
        near.recv(1)
    far.sendall(b"c")
    assert near.recv(1) == b"c"


def test_what_was_read_ahead_is_pending_though_the_system_has_nothing_more(ends):
    near, far = ends
    far.sendall(b"x" * 1000)
    near.recv(1)
    assert near.pending() == 999
    assert select.select([near], [], [], 0)[0] == []


class Records:
    """A TLS socket: a record at a time, then what it says where there is none."""

    def __init__(self, *steps):
        self._steps = [*steps]

    def pending(self):
        return 7

    def recv(self, size):
        assert size == READ_BYTES
        step = self._steps.pop(0) if self._steps else ssl.SSLWantReadError()
        if isinstance(step, bytes):
            return step
        raise step


def test_what_the_socket_beneath_holds_decrypted_is_pending_too():
    near = BufferedSocket(Records(b"abc"))
    assert near.pending() == 7
    assert near.recv(1) == b"a"
    assert near.pending() == 2, "what is left here is read before that"
    assert near.recv(9) == b"bc"
    assert near.pending() == 7


def test_all_records_that_came_are_read_at_once():
    near = BufferedSocket(Records(b"abc", b"de", b"f", ssl.SSLWantReadError(), b"gh"))
    assert near.recv(1) == b"a"
    assert near.pending() == 5
    assert near.recv(9) == b"bcdef"
    assert near.recv(9) == b"gh"
    with pytest.raises(ssl.SSLWantReadError):
        near.recv(1)


def test_no_more_than_its_bound_is_read_at_once_though_more_comes():
    near = BufferedSocket(Records(*[bytes(16_384)] * 40))
    near.recv(1)
    assert near.pending() == READ_BYTES - 1


def test_bytes_before_an_error_are_read_and_the_error_is_reported_once():
    told = []
    near = BufferedSocket(Records(b"abc", ssl.SSLError("alert")), on_error=told.append)
    assert near.recv(9) == b"abc"
    assert len(told) == 1
    for _ in range(2):
        with pytest.raises(ssl.SSLError, match="alert"):
            near.recv(9)
    assert len(told) == 1


def test_what_came_before_the_end_is_read_and_then_the_end():
    near = BufferedSocket(Records(b"abc", b"", b""))
    assert near.recv(9) == b"abc"
    assert near.recv(9) == b""


def test_everything_else_is_the_sockets_own(ends):
    near, far = ends
    assert near.send(b"hello") == 5
    assert far.recv(9) == b"hello"
    near.shutdown(socket.SHUT_RDWR)
    assert far.recv(1) == b""


def test_what_is_buffered_can_be_passed_over(ends):
    near, far = ends
    far.sendall(b"abcdef")
    assert near.recv(1) == b"a"
    near.skip(lambda buffer, at: buffer.index(b"e", at))
    assert near.pending() == 2
    assert near.recv(9) == b"ef"
