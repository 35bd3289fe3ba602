"""`[routing]`: each fault is a sentence with its key; a kind that is nobody's is one of them."""

import pytest

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from citybrain.pack.problems import Problems
from district_node.playbooks.load import load_playbooks
from district_node.routing.schema import RoutingConfig, check_routing

NAME = {"en": "Urban management", "zh": "城管"}
OWNER = {"id": "urban", "name": NAME, "owns": ["事件/街面秩序"]}
LOCAL = {"id": "street-office", "name": NAME, "local": True}


def config(*departments, **changes):
    table = {"decides": "chen", "department": list(departments)} | changes
    return parse(table, RoutingConfig, name="district.toml")


def problems_of(*departments):
    problems = Problems()
    check_routing(config(*departments).value(), load_playbooks(), problems)
    return [f"{p.key}: {p.problem}. {p.remedy}" for p in problems.found]


def test_a_local_department_of_the_whole_district_has_every_kind():
    assert problems_of(LOCAL) == []


def test_a_kind_that_nobody_is_responsible_for_is_named():
    found = problems_of(OWNER)
    assert len(found) == 3
    assert any("nobody is responsible for waterlogging (事件/突发事件)" in line for line in found)


def test_what_is_neither_a_kind_nor_a_class_is_named():
    (found,) = problems_of(LOCAL, OWNER | {"owns": ["crowdd"]})
    assert found.startswith("routing.department[1].owns: no kind in force is 'crowdd'")
    assert "crowding" in found


@pytest.mark.parametrize(
    ("departments", "changes", "sentence"),
    [
        ([{"id": "a", "name": NAME}], {}, "it owns nothing and is not local"),
        ([OWNER | {"area": [[0, 0], [0, 1], [1, 1]]}], {}, "belongs to local = true"),
        ([LOCAL | {"area": [[0, 0], [0, 1]]}], {}, "at least three corners"),
        ([OWNER, OWNER], {}, "department urban is there twice"),
        ([OWNER], {"bounces": 0}, "from 1 to 10"),
        ([], {}, "department"),
        ([OWNER], {"decides": ""}, "decides"),
    ],
)
def test_what_cannot_be_is_named(departments, changes, sentence):
    with pytest.raises(ConfigError) as error:
        config(*departments, **changes)
    assert sentence in str(error.value)
