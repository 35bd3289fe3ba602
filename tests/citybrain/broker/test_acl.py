"""The broker's rules are the table's, line by line."""

import re

import pytest

from citybrain.access.right import Action
from citybrain.access.topic_rights import TOPIC_RIGHTS, topic_filters
from citybrain.broker.acl import acl_text
from citybrain.domain.principal import Role
from citybrain.identity.name import name_of

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
    found = rules(acl_text(["riverside"]))
    expected = set()
    for right in TOPIC_RIGHTS:
        is_node = right.role is Role.DISTRICT
        name = name_of("c", right.role, "riverside" if is_node else "x")
        for one in topic_filters(name, right.action, "riverside"):
            whose = name.short if is_node else "%u"
            expected.add((whose, right.action, one if is_node else one.replace("box/x", "%u")))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_no_line_of_a_box_holds_a_wildcard():
    patterns = [f for whose, _, f in rules(acl_text(["riverside", "oldtown"])) if whose == "%u"]
    assert patterns
    assert not [f for f in patterns if "+" in f or "#" in f]


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
