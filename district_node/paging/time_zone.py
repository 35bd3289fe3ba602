"""The offsets of a time zone, read from the machine's database once, when a configuration is read:
what is decided later must not depend on which database a machine has.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from district_node.paging.policy import ZoneOffset

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
STEP = timedelta(days=7)  # no zone changes its clocks twice within a week
SECOND = timedelta(seconds=1)


def offsets_of(zone: str) -> tuple[ZoneOffset, ...]:
    """The offsets from 2020 to 2045, the last one for ever. Raises `ValueError` for a zone that
    this machine's database has not got."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{ascii(zone)[:60]} is no time zone that this machine knows; where it knows none, its"
            " time zone database (tzdata) is missing"
        ) from error
    found, at = [_offset(FIRST, info)], FIRST
    while at < LAST:
        following = at + STEP
        if _seconds(following, info) != found[-1].offset_s:
            found.append(_offset(_change_between(at, following, info), info))
        at = following
    return tuple(found)


def _seconds(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone).utcoffset()
    return round(local.total_seconds()) if local is not None else 0


def _offset(at: datetime, zone: ZoneInfo) -> ZoneOffset:
    return ZoneOffset(since_s=round(at.timestamp()), offset_s=_seconds(at, zone))


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset of `after`."""
    was = _seconds(before, zone)
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        before, after = (middle, after) if _seconds(middle, zone) == was else (before, middle)
    return after
