"""The short number of a case, as operators, crews, the city and the radio say it: `R-1130-07` is
the seventh case of the 30th of November of the district whose letters are R.

It comes again after a year. So the short number means the newest case that has it here, and the
long one, `R-2026-1130-07`, that of its year; a case that is over leaves the screens within hours or
days, so that both are of use for what stays open or put aside for so long. The incident's id is the
name that stands for ever.
"""

import re
from typing import NamedTuple

from citybrain.clock import Timestamp, iso
from citybrain.ids import CaseNumber

CODE_FORM = "1-6 capital letters and digits that begin with a letter"
CODE_PATTERN = r"^[A-Z][A-Z0-9]{0,5}$"
CODE_CHARS = 6
TYPED = re.compile(r"([A-Za-z][A-Za-z0-9]{0,5})-(?:(2[0-9]{3})-)?([0-9]{4})-([0-9]{1,9})")


class Typed(NamedTuple):
    """What somebody typed, as numbers are kept. `year` None: the newest is meant."""

    number: CaseNumber
    year: int | None = None


def written(code: str, month_and_day: str, count: int) -> CaseNumber:
    """The number of the `count`-th case of a day, e.g. ("R", "1130", 7)."""
    return CaseNumber(f"{code}-{month_and_day}-{count:02d}")


def canonical(typed: str) -> Typed | None:
    """What somebody typed: `r-1130-7` is `R-1130-07`. None: it is no number."""
    found = TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    code, year, day, count = found.groups()
    return Typed(written(code.upper(), day, int(count)), int(year) if year else None)


def year_of(number: CaseNumber, reported_at: Timestamp) -> int:
    """The year of its day in the district, which may be another one than by UTC."""
    year, month, day = int(iso(reported_at)[:4]), iso(reported_at)[5:7], number.split("-")[1]
    if (month, day) == ("12", "0101"):
        return year + 1
    return year - 1 if (month, day) == ("01", "1231") else year


def long_form(number: CaseNumber, reported_at: Timestamp) -> str:
    """The number with its year, for what may be read when another case has the short one."""
    code, _, rest = number.partition("-")
    return f"{code}-{year_of(number, reported_at)}-{rest}"


def default_code(district: str) -> str:
    """The letters of a district that none were chosen for: the initials of its id, with its digits.
    `old-town` is OT, `riverside` R, `d12` D12.
    """
    parts = (re.fullmatch(r"([a-z]*)([0-9]*).*", part) for part in district.lower().split("-"))
    code = "".join(f"{one[1][:1].upper()}{one[2]}" for one in parts if one is not None)
    return (code if code[:1].isalpha() else f"D{code}")[:CODE_CHARS]
