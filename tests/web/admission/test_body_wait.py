"""How long a server waits for a body: as ever for a small one, in proportion for a file, and never
longer than the largest file may take."""

import pytest

from citybrain.api.limits import FILE_BYTES
from citybrain.web import limits
from citybrain.web.admission.h11_protocol import body_wait_s

PLAIN_S, MOST_S = float(limits.BODY_WAIT.value), float(limits.BODY_WAIT_MOST.value)


@pytest.mark.parametrize("length", [b"", b"0", b"65536", b"-1", b"much", b"\xb2"])
def test_a_small_body_and_one_of_unknown_length_wait_as_ever(length):
    assert body_wait_s([(b"host", b"x"), (b"content-length", length)]) == PLAIN_S
    assert body_wait_s([]) == PLAIN_S


def test_the_largest_file_has_its_time_and_a_larger_one_no_more():
    largest = body_wait_s([(b"content-length", str(FILE_BYTES.value).encode())])
    assert PLAIN_S < largest <= MOST_S
    assert body_wait_s([(b"content-length", b"9" * 18)]) == MOST_S
