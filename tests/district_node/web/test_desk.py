"""The table `desk`: which numbers a crew's phone can call, and by which address."""

import pytest

from citybrain.errors import ConfigError
from district_node.config import read
from district_node.web.desk import call_address

DISTRICT = """
district = "riverside"
name = { en = "Riverside", zh = "滨江" }
centre = { lat = 30.657, lon = 104.086 }
data_dir = "run/riverside"
"""


def of(tmp_path, table):
    path = tmp_path / "district.toml"
    path.write_text(DISTRICT + table, "utf-8")
    return read(path).config.desk


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("+86 28 1234 5678", "tel:+862812345678"),
        ("(028) 1234-5678", "tel:02812345678"),
        ("110", "tel:110"),
        ("12.34.56", "tel:123456"),
    ],
)
def test_a_number_is_called_without_what_people_write_between_its_digits(tmp_path, number, address):
    desk = of(tmp_path, f'[desk]\ntelephone = "{number}"\n')
    assert (desk.telephone, call_address(desk.telephone)) == (number, address)


def test_a_district_without_a_number_has_none_to_call(tmp_path):
    assert of(tmp_path, "").telephone is None
    assert of(tmp_path, "[desk]\n").telephone is None
    assert call_address("") == ""


@pytest.mark.parametrize(
    "number",
    [
        *("", "+", "1", "the desk", "tel:110", "0+110", "110\\n", "١١٠", "110;phone-context=x"),
        *("+86 28 1234 5678 ext. 9", "1234567890123456", "1" + " " * 60 + "2"),
    ],
)
def test_what_no_phone_can_call_is_refused_with_the_cure(tmp_path, number):
    with pytest.raises(ConfigError, match=r"desk\.telephone.*\+86 28 1234 5678"):
        of(tmp_path, f'[desk]\ntelephone = "{number}"\n')
