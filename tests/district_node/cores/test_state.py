"""The district's state as a whole: what a snapshot of it must give."""

from citybrain import canon
from district_node.cores.state import EMPTY, DistrictState


def test_the_state_before_the_first_record_reads_back_the_same():
    text = canon.encode(EMPTY)
    assert canon.encode(canon.decode(text, DistrictState)) == text
