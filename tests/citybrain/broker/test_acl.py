"""The broker's rules are the table's, line by line."""

import re

import pytest

from citybrain.access.right import Action
from citybrain.access.topic_rights import TOPIC_RIGHTS, topic_filters
from citybrain.broker.acl import SensorReader, acl_text
from citybrain.domain.principal import Role
from citybrain.identity.name import name_of

IDS = {Role.BOX: "x", Role.SENSOR: "s", Role.ADAPTER: "desk", Role.DISTRICT: "riverside"}
BY_PATTERN = (Role.BOX, Role.ADAPTER)
WORDS = {"write": Action.PUBLISH, "read": Action.SUBSCRIBE}


def rules(text):
    """(user or "%u", action, filter) of every line that allows."""
    user, found = None, []
    for line in text.splitlines():
        if line.startswith("user "):
            user = line.removeprefix("user ")
        elif match := re.fullmatch(r"(pattern|topic) (read|write) (\S+)", line):
            whose = "%u" if match[1] == "pattern" else user
            found.append((whose, WORDS[match[2]], match[3]))
    return found


def test_every_right_of_the_table_is_a_line_and_there_is_no_other():
    readers = [SensorReader(box="x", sensor="s")]
    found = rules(acl_text(["riverside"], readers=readers))
    expected = set()
    for right in TOPIC_RIGHTS:
        name = name_of("c", right.role, IDS[right.role])
        for one in topic_filters(name, right.action, "riverside", sensors=["s"]):
            is_pattern = right.role in BY_PATTERN and name.short in one
            whose = "%u" if is_pattern else name.short
            expected.add((whose, right.action, one.replace(name.short, whose)))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_no_line_of_a_box_holds_a_wildcard():
    patterns = [f for whose, _, f in rules(acl_text(["riverside", "oldtown"])) if whose == "%u"]
    assert patterns
    assert not [f for f in patterns if "+" in f or "#" in f]


def test_a_box_reads_the_sensors_that_are_named_for_it_and_no_other_client_does():
    readers = [
        SensorReader(box="box-a", sensor="level-2"),
        SensorReader(box="box-a", sensor="level-1"),
        SensorReader(box="box-b", sensor="door-1"),
    ]
    found = rules(acl_text(["riverside"], readers=readers))
    read = [(whose, one) for whose, _, one in found if "/sensor/" in one and "box/" in whose]
    assert read == [
        ("box/box-a", "citybrain/v1/riverside/sensor/level-1/readings"),
        ("box/box-a", "citybrain/v1/riverside/sensor/level-2/readings"),
        ("box/box-b", "citybrain/v1/riverside/sensor/door-1/readings"),
    ]
    assert ("sensor/door-1", Action.PUBLISH, read[2][1]) in found
    without = rules(acl_text(["riverside"]))
    assert [line for line in found if "/sensor/" not in line[2]] == without
    assert acl_text(["riverside"], readers=reversed(readers)) == acl_text(
        ["riverside"], readers=readers
    )


def test_each_district_has_lines_of_its_own():
    text = acl_text(["riverside", "oldtown", "oldtown"])
    assert text.count("user district/oldtown\n") == text.count("user district/riverside\n") == 1
    assert "pattern write citybrain/v1/oldtown/%u/events" in text
    node = text.partition("user district/oldtown\n")[2].partition("\n\n")[0]
    assert "riverside" not in node


def test_whoever_is_denied_comes_first_and_may_nothing():
    text = acl_text(["riverside"], denied=["box/box-b", "box/box-a"])
    first = text.index("user box/box-a\ntopic deny #\n")
    assert first < text.index("user box/box-b\ntopic deny #\n") < text.index("pattern ")


@pytest.mark.parametrize("denied", [(), ("box/box-a1",)])
def test_the_same_gives_the_same_text_in_whatever_order(denied):
    assert acl_text(["a", "b"], denied) == acl_text(["b", "a"], denied)
