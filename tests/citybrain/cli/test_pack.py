"""`citybrain pack`: the pack that the guide writes, step by step, as a newcomer would; and what the
commands say of packs that are not right.
"""

import re
import tomllib

import pytest
from pack_folders import LIFTS, write_pack

from citybrain.cli.main import main

HEADING = re.compile(r"^## (?P<files>[\w/., ]+?)\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```", re.M | re.S)


@pytest.fixture
def call(capsys):
    """The command line in this process: (exit code, what it printed)."""

    def called(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out + printed.err

    return called


@pytest.fixture
def guide(project_root):
    return (project_root / "docs" / "guides" / "pack.md").read_text(encoding="utf-8")


@pytest.fixture
def lifts(guide, tmp_path):
    """The pack as the guide has it: a section's blocks are the files that it is named after."""
    files = {}
    for section in HEADING.finditer(guide):
        blocks = BLOCK.finditer(section["text"])
        for name, block in zip(section["files"].split(" and "), blocks, strict=False):
            if name.endswith(".toml"):
                files[name] = block["code"]
    return write_pack(tmp_path / "packs" / "lifts", files)


def test_the_guides_pack_passes_its_check(call, lifts):
    code, said = call("pack", "check", lifts)
    assert code == 0, said
    assert "lifts 1.0.0" in said and "kinds: 1, rules: 1" in said


def test_the_guides_assets_become_sensors_with_rules_that_a_box_can_read(
    call, lifts, guide, tmp_path
):
    rows = next(b["code"] for b in BLOCK.finditer(guide) if b["code"].startswith("id,kind"))
    assets = tmp_path / "lifts.csv"
    assets.write_text(rows, encoding="utf-8")
    code, said = call("pack", "render", lifts, "--assets", assets)
    assert code == 0, said
    (sensor,) = tomllib.loads(said)["sensor"]
    assert sensor["source"] == "7.csv"
    assert sensor["rule"][0]["hold_s"] == 45
    from street_agent.config import SensorConfig

    assert SensorConfig.model_validate(sensor).setup().rules[0].incident_kind == "lift_entrapment"


@pytest.mark.slow
def test_the_guides_scene_happens_in_the_simulator_and_keeps_every_law(call, lifts):
    code, said = call("pack", "prove", lifts, "--seeds", "1..4", "--workers", "1")
    assert code == 0, said
    assert re.search(r"lift_entrapment +\d+", said) and "Every law was kept." in said


@pytest.mark.slow
def test_a_new_pack_passes_its_check_and_its_proof(call, tmp_path):
    code, said = call("pack", "new", "full_bins", "--into", tmp_path)
    assert code == 0, said
    assert call("pack", "check", tmp_path / "full_bins")[0] == 0
    code, said = call("pack", "prove", tmp_path / "full_bins", "--seeds", "1..4", "--workers", "1")
    assert code == 0, said


@pytest.mark.slow
def test_a_scene_that_never_happens_proves_nothing(call, tmp_path):
    life = LIFTS["life.toml"].split("[[kind]]")[0]
    folder = write_pack(tmp_path / "lifts", life_toml=life)
    code, said = call("pack", "prove", folder, "--seeds", "1..1", "--workers", "1")
    assert (code, "Nothing was proved" in said) == (1, True), said


def test_the_built_in_pack_is_listed_and_passes(call):
    code, said = call("pack", "list")
    assert code == 0 and "street 1.1.0" in said and "waterlogging" in said
    assert call("pack", "check", "street")[0] == 0


def test_what_no_sensor_sees_is_said_in_the_list(call, project_root):
    code, said = call("pack", "list", project_root / "scenes" / "safety")
    assert code == 0
    assert "  seen by no sensor, people report them: person_down\n" in said
    assert "  seen by the district itself: agent_offline, blind_camera\n" in said


def test_the_faults_that_each_tier_finds_are_listed_together(call, tmp_path):
    folder = write_pack(
        tmp_path / "lifts",
        pack_toml=LIFTS["pack.toml"].replace('"sensor_threshold"', '"sensor_thresh"'),
        kinds__lift_entrapment_toml=LIFTS["kinds/lift_entrapment.toml"] + "quiet_s = 900.0\n",
        rules__lift_stuck_toml=LIFTS["rules/lift_stuck.toml"].replace("above", "abov"),
    )
    code, said = call("pack", "check", folder)
    assert code == 2
    for part in (
        "lifts/pack.toml: needs.rules: this version of the street agent knows no rule",
        "lifts/pack.toml: needs.rules: rules/lift_stuck.toml uses 'sensor_threshold'",
        "lifts/kinds/lift_entrapment.toml",
        "could never answer in time",
        "lifts/rules/lift_stuck.toml: rule.abov: there is no such key. Did you mean 'above'?",
    ):
        assert part in said, said


def test_a_rule_for_a_kind_that_no_pack_has_is_named(call, tmp_path):
    rule = LIFTS["rules/lift_stuck.toml"].replace("lift_entrapment", "lift_entrapmentt")
    code, said = call("pack", "check", write_pack(tmp_path / "lifts", rules__lift_stuck_toml=rule))
    assert code == 2 and "no pack in force has the kind 'lift_entrapmentt'" in said


def test_nothing_is_overwritten_by_a_new_pack(call, tmp_path):
    (tmp_path / "lifts").mkdir()
    code, said = call("pack", "new", "lifts", "--into", tmp_path)
    assert code == 1 and "nothing was written" in said
    assert list((tmp_path / "lifts").iterdir()) == []


@pytest.mark.parametrize("name", ["Lifts", "../lifts", "7up", "", "x" * 50])
def test_a_name_that_nothing_could_be_called_after_is_refused(call, tmp_path, name):
    code, said = call("pack", "new", name, "--into", tmp_path)
    assert code == 1 and "is no name of a pack" in said
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_pack_is_named(call):
    code, said = call("pack", "prove", "nowhere")
    assert code == 2 and "citybrain pack new NAME" in said
