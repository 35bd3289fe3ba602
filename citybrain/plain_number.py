"""A number as a table or a device writes it: digits, a point, an exponent. Python reads more than
that (`1_900`, `nan`, digits of other scripts), and a reading that was guessed is no reading."""

import math
import re

# Of ASCII digits; a comma, a unit or a space between digits may mean anything.
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
DIGITS_MAX = 400  # more than any double has; what is longer is no reading


def plain_number(text: str) -> float | None:
    """The finite number that `text` is, blanks around it aside; None where it is none."""
    text = text.strip()
    if len(text) > DIGITS_MAX or not _PLAIN.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
