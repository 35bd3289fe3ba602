"""The table `desk` of a district's configuration: how crews reach its operators beside the pages,
and the address by which a phone calls the number.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from citybrain.config.fields import Section

DIGITS_MIN, DIGITS_MAX = 2, 15  # 15: as many as an international number may have (E.164)
FORM = (
    'Give a number of 2-15 digits, with spaces, "-", "." and brackets as you like and "+" in front'
    ' of an international one, for example "+86 28 1234 5678".'
)


def _check_telephone(number: str) -> str:
    if not DIGITS_MIN <= sum(one.isdigit() for one in number) <= DIGITS_MAX:
        raise ValueError(f"{number!r} is no telephone number")
    return number


Telephone = Annotated[
    str,
    StringConstraints(pattern=r"^\+?[0-9(][0-9 ().-]*$", max_length=40),
    AfterValidator(_check_telephone),
    Field(json_schema_extra={"remedy": FORM}),
]


class DeskConfig(Section):
    """How crews reach the district's operators beside the pages."""

    telephone: Telephone | None = None
    """Number that the button *Call the desk* of crews' phones calls; left out: there is no such
    button."""


def call_address(telephone: str) -> str:
    """The `tel:` address of a number of the configuration (RFC 3966); "" where there is none."""
    digits = "".join(one for one in telephone if one.isdigit() or one == "+")
    return f"tel:{digits}" if digits else ""
