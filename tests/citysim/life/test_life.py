"""The simulated life of packs: what cannot be is named; what is chosen happens with its crews."""

import pytest
from pack_folders import LIFTS, write_kind, write_pack

from citybrain.errors import ConfigError
from citybrain.pack.load import load_packs
from citybrain.pack.problems import Problems
from citysim.life.load import check_pack, life_of, street_life
from citysim.life.values import CAMERA, SENSOR
from citysim.sim.generator.layout import lay_out
from citysim.sim.random_streams import RandomStreams


def problems_of(folder):
    packs, problems = load_packs([folder]), Problems()
    check_pack(packs, packs.packs[1], problems)
    return {p.key.removeprefix("lifts/life.toml: "): p.problem for p in problems.found}


def changed(tmp_path, old, new):
    assert old in LIFTS["life.toml"]
    return write_pack(tmp_path / "lifts", life_toml=LIFTS["life.toml"].replace(old, new))


def test_the_streets_life_has_cameras_and_sensors_and_its_crews():
    life = street_life()
    assert {kind.source for kind in life.kinds} == {CAMERA, SENSOR}
    assert {c for crew in life.crews for c in crew.capabilities} == {"patrol", "pump"}


def test_a_whole_life_has_no_problem(tmp_path):
    assert problems_of(write_pack(tmp_path / "lifts")) == {}


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("alarm = 1.0", "alarm = 0.3", "kind[0].sensor.alarm", "the rule does not see it"),
        ("resting = 0.0", "resting = 0.6", "kind[0].sensor.resting", "takes it for the condition"),
        ("reach_m = 120.0", "reach_m = 12.0", "kind[0].reach_m", "less than joins.within_m"),
        ('rule = "lift_stuck"', 'rule = "stuck"', "kind[0].rule", "this pack has no rule 'stuck'"),
        ('"lift_entrapment"', '"crowding"', "kind[0].kind", "this pack has no kind 'crowding'"),
        ("stuck_s = 2", "stuck_s = 0", "kind[0].asset.stuck_s", "0 is out of range"),
        ("stuck_s = 2", "stuck_m = 2", "kind[0].asset.stuck_m", "a lift has no such field"),
        (
            "sensor = { resting = 0.0, alarm = 1.0 }",
            'camera = { label = "person", count = 1 }',
            "kind[0].camera",
            "a lift is watched by a sensor",
        ),
        ("Severe = 1.0", "Awful = 1.0", "kind[0].severities", "Awful"),
        ('capabilities = ["lift_rescue"]', 'capabilities = ["swim"]', "crew", "no crew can"),
    ],
)
def test_what_cannot_be_is_named(tmp_path, old, new, key, problem):
    found = problems_of(changed(tmp_path, old, new))
    hits = [text for name, text in found.items() if name.startswith(key)]
    assert hits and problem in " ".join([*hits, *found]), found


def test_only_the_chosen_scenes_happen_with_the_crews_that_they_need(tmp_path):
    lifts = life_of(load_packs([write_pack(tmp_path / "lifts")]), scenes_of=("lifts",))
    assert [kind.kind for kind in lifts.kinds] == ["lift_entrapment"]
    assert [crew.capabilities for crew in lifts.crews] == [("lift_rescue",)]
    assert {p.name for p in lifts.packs} == {"street", "lifts"}


def test_crews_of_the_street_come_where_a_pack_brings_none(tmp_path):
    life = LIFTS["life.toml"].split("[[kind]]")[1]
    folder = write_kind(tmp_path / "bins", 'kind = "bin_full"\n[[needs]]\ncapability = "patrol"\n')
    kept = life_of(load_packs([folder]), scenes_of=("bins",))
    assert kept.kinds == () and kept.crews == ()
    lifts = write_pack(
        tmp_path / "lifts",
        life_toml=f"[[kind]]{life}",
        kinds__lift_entrapment_toml=LIFTS["kinds/lift_entrapment.toml"].replace(
            "lift_rescue", "patrol"
        ),
        pack_toml=LIFTS["pack.toml"].replace("lift_rescue", "patrol"),
    )
    assert problems_of(lifts) == {}
    crews = life_of(load_packs([lifts]), scenes_of=("lifts",)).crews
    assert [c.capabilities for c in crews] == [("patrol",), ("patrol", "pump")]


def test_both_scenes_happen_in_a_city_of_both(tmp_path):
    both = life_of(load_packs([write_pack(tmp_path / "lifts")]))
    city = lay_out(RandomStreams(1).named("layout"), districts=2, boxes=40, units=8, life=both).city
    assert {"lift_entrapment", "waterlogging"} <= {box.incident_kind for _, box in city.boxes()}
    assert any("lift_rescue" in unit.capabilities for _, unit in city.units())


def test_a_life_with_faults_is_refused_whole(tmp_path):
    packs = load_packs([changed(tmp_path, "alarm = 1.0", "alarm = 0.3")])
    with pytest.raises(ConfigError, match="does not see it"):
        life_of(packs)
