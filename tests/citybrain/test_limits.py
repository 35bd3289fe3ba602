"""Every limit has a name of its own, a unit, a reason and a fate."""

from citybrain import limits
from citybrain.limits import Limit


def test_every_limit_of_the_kernel_is_complete_and_named_once():
    found = [value for value in vars(limits).values() if isinstance(value, Limit)]
    assert len({limit.name for limit in found}) == len(found) >= 8
    assert all(limit.value > 0 and limit.unit and limit.reason and limit.fate for limit in found)
