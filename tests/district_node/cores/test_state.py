"""The district's state as a whole: what a snapshot of it must give."""

from citybrain import canonical_json
from district_node.cores.state import EMPTY, DistrictState


def test_the_state_before_the_first_record_reads_back_the_same():
    text = canonical_json.encode(EMPTY)
    assert canonical_json.encode(canonical_json.decode(text, DistrictState)) == text
