"""Buffering loses nothing, repeats nothing, and reports the end and "would block" as sockets do."""

import select
import socket

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


def test_what_the_socket_beneath_holds_decrypted_is_pending_too():
    class Tls:
        def pending(self):
            return 7

        def recv(self, size):
            assert size == READ_BYTES
            return b"abc"

    near = BufferedSocket(Tls())
    assert near.pending() == 7
    assert near.recv(1) == b"a"
    assert near.pending() == 9


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
