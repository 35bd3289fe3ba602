"""Which case number comes next: counted a day by the district's own calendar, never given twice,
also where the store went back in time or node time did.
"""

from citybrain.clock import SECOND_US, Timestamp, iso
from citybrain.ids import CaseNumber
from citybrain.structs import Struct, replace
from district_node.cores.numbering.case_number import default_code, written
from district_node.inputs import Setup

DAY_US = 86_400 * SECOND_US
# After a restore, or once node time went back over midnight, the day's count goes on from the
# second of the day: the same backup put back twice goes on from two places. What was given before
# is below, as long as fewer than ten cases a second begin, or ten thousand at once.
COUNTS_A_SECOND = 10
COUNTS_AT_ONCE = 10_000


class CaseNumbers(Struct, frozen=True, kw_only=True):
    """What was given. Days are whole ones since 1970, by the district's calendar."""

    day: int = 0
    last: int = 0  # of `day`
    latest_day: int = 0  # of which any was given
    utc_offset_s: int = 0  # of the district's time zone, at the last start


def next_number(
    numbers: CaseNumbers, setup: Setup, at: Timestamp
) -> tuple[CaseNumbers, CaseNumber]:
    """The number of a case that begins at `at`."""
    local = _local(numbers, at)
    day = local // DAY_US
    if day == numbers.day:
        last = numbers.last + 1
    elif day > numbers.latest_day:
        last = 1
    else:
        last = _by_time(local) + 1
    given = replace(numbers, day=day, last=last, latest_day=max(numbers.latest_day, day))
    date = iso(local)
    return given, written(code_of(setup), date[5:7] + date[8:10], last)


def after_restore(numbers: CaseNumbers, at: Timestamp) -> CaseNumbers:
    """Numbers of today were given that are not remembered."""
    local = _local(numbers, at)
    day = local // DAY_US
    known = numbers.last if day == numbers.day else 0
    return replace(
        numbers,
        day=day,
        last=max(known, _by_time(local)),
        latest_day=max(numbers.latest_day, day),
    )


def code_of(setup: Setup) -> str:
    """The letters that the district's numbers begin with."""
    return setup.code or default_code(setup.district)


def _local(numbers: CaseNumbers, at: Timestamp) -> Timestamp:
    return Timestamp(at + numbers.utc_offset_s * SECOND_US)


def _by_time(local: Timestamp) -> int:
    return COUNTS_AT_ONCE + COUNTS_A_SECOND * (local % DAY_US // SECOND_US)
