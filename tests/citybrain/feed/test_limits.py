"""Every limit of a feed has a name of its own, a unit, a reason and a fate."""

from citybrain import limits as kernel
from citybrain.feed import limits
from citybrain.limits import Limit


def test_every_limit_is_complete_and_named_once():
    found = [value for value in vars(limits).values() if isinstance(value, Limit)]
    others = {value.name for value in vars(kernel).values() if isinstance(value, Limit)}
    assert len({limit.name for limit in found} - others) == len(found) >= 8
    assert all(limit.value > 0 and limit.unit and limit.reason and limit.fate for limit in found)
