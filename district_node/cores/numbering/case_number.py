"""The short number of a case, as operators, crews, the city and the radio say it: `R-1130-07` is
the seventh case of the 30th of November of the district whose letters are R.

It comes again after a year; the incident's id is the name that stands for ever.
"""

import re

from citybrain.ids import CaseNumber

CODE_FORM = "1-6 capital letters and digits that begin with a letter"
CODE_PATTERN = r"^[A-Z][A-Z0-9]{0,5}$"
CODE_CHARS = 6
TYPED = re.compile(r"([A-Za-z][A-Za-z0-9]{0,5})-([0-9]{4})-([0-9]{1,9})")


def written(code: str, month_and_day: str, count: int) -> CaseNumber:
    """The number of the `count`-th case of a day, e.g. ("R", "1130", 7)."""
    return CaseNumber(f"{code}-{month_and_day}-{count:02d}")


def canonical(typed: str) -> CaseNumber | None:
    """What somebody typed, as numbers are kept: `r-1130-7` is `R-1130-07`. None: it is none."""
    found = TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    code, day, count = found.groups()
    return written(code.upper(), day, int(count))


def default_code(district: str) -> str:
    """The letters of a district that none were chosen for: the initials of its id, with its digits.
    `old-town` is OT, `riverside` R, `d12` D12.
    """
    parts = (re.fullmatch(r"([a-z]*)([0-9]*).*", part) for part in district.lower().split("-"))
    code = "".join(f"{one[1][:1].upper()}{one[2]}" for one in parts if one is not None)
    return (code if code[:1].isalpha() else f"D{code}")[:CODE_CHARS]
