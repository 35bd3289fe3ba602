"""Rules whose incident kind the district does not know are named, all of them, with what may have
been meant."""

import tomllib

from citybrain.config.load import parse
from street_agent.cli.kind_check import unknown_kinds
from street_agent.config import StreetConfig

KNOWN = ("crowding", "lifts.trapped", "waterlogging")
TEXT = """
agent = "box-1"
district = "riverside"
data_dir = "box"
[[sensor]]
id = "level-1"
source = "levels.csv"
place = {lat = 30.66, lon = 104.06}
[[sensor.rule]]
id = "high"
incident_kind = "waterlogging"
above = 1.0
below = 0.5
[[sensor]]
id = "lift-1"
source = "contact.csv"
place = {lat = 30.66, lon = 104.06}
[[sensor.rule]]
id = "open"
incident_kind = "%s"
event_kind = "lifts:Contact/Open"
above = 1.0
below = 0.5
"""


def problems(kind):
    config = parse(tomllib.loads(TEXT % kind), StreetConfig, name="street.toml")
    return [(p.key, p.problem, p.remedy) for p in unknown_kinds(config, KNOWN)]


def test_kinds_that_the_district_knows_are_no_problem():
    assert problems("lifts.trapped") == []


def test_the_rule_of_a_sensor_is_named_by_its_key_and_its_ids():
    ((key, problem, remedy),) = problems("lifts.traped")
    assert key == "sensor[1].rule[0].incident_kind"
    assert problem == "the district has no playbook lifts.traped, which rule lift-1/open reports"
    assert remedy == "Did you mean lifts.trapped?"


def test_where_nothing_is_close_the_known_ones_are_listed():
    ((_, _, remedy),) = problems("snow")
    assert remedy.startswith("Use one of crowding, lifts.trapped, waterlogging, or give")
