"""A district's configuration file: what it may hold, and every problem at once."""

import pytest
from pack_folders import write_kind, write_pack

from citybrain import canonical_json
from citybrain.domain.principal import Role
from citybrain.errors import ConfigError
from citybrain.wire.validation.limits import CAPABILITIES
from district_node.config import read
from district_node.inputs import Setup

GOOD = """
district = "riverside"
name = { en = "Riverside", zh = "滨江" }
centre = { lat = 30.657, lon = 104.086 }
data_dir = "run/riverside"
[broker]
host = "127.0.0.1"
port = 1883
[city]
address = "127.0.0.1:7000"
[listen]
grpc = "127.0.0.1:7101"
web = "127.0.0.1:8101"
metrics = 0
[[unit]]
id = "riverside-1"
name = "Patrol 1"
capabilities = ["patrol"]
place = { lat = 30.66, lon = 104.08 }
speed_mps = 8.0
"""


def test_a_whole_file_becomes_the_setup_that_is_journaled(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD, encoding="utf-8")
    config, setup, _ = read(path)
    assert config.city.address == "127.0.0.1:7000"
    assert (setup.district, setup.name.zh, setup.units[0].unit) == (
        "riverside",
        "滨江",
        "riverside-1",
    )
    assert len(setup.playbooks) == 8


def test_problems_of_the_file_its_packs_and_its_assets_come_together(tmp_path):
    write_kind(tmp_path / "bins", 'kind = "bin_full"\n')
    (tmp_path / "gauges.csv").write_text("id,kind,lat,lon\ng-1,gaugee,91,0\n", encoding="utf-8")
    path = tmp_path / "district.toml"
    path.write_text(
        'packs = ["bins", "missing"]\nassets = ["gauges.csv", "none.csv"]\n' + GOOD,
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as problems:
        read(path)
    for part in (
        "bins/kinds/bins.toml: needs",
        "there is no such folder in",
        "gauges.csv: line 2, kind",
        "gauges.csv: line 2, lat",
        "none.csv: it cannot be read",
    ):
        assert part in str(problems.value)


def test_packs_and_assets_become_part_of_the_setup_and_their_words_come_beside(tmp_path):
    write_pack(tmp_path / "lifts")
    (tmp_path / "lifts.csv").write_text(
        "id,kind,name_en,name_zh,lat,lon,address,stuck_s,company\n"
        "lift-7,lift,Tower,塔楼,30.65,104.08,a.csv,45,ottis\n",
        encoding="utf-8",
    )
    path = tmp_path / "district.toml"
    path.write_text('packs = ["lifts"]\nassets = ["lifts.csv"]\n' + GOOD, encoding="utf-8")
    _, setup, words = read(path)
    assert [pack.name for pack in setup.packs] == ["street", "lifts"]
    (lift,) = setup.assets
    assert (lift.id, lift.name.zh, lift.fields["stuck_s"]) == ("lift-7", "塔楼", 45.0)
    assert "lift_entrapment" in {playbook.kind for playbook in setup.playbooks}
    assert words["kind.lift_entrapment"]["zh"] == "电梯困人"
    assert canonical_json.decode(canonical_json.encode(setup), Setup) == setup


def test_an_old_list_of_playbooks_is_answered_with_the_cure(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text('playbooks = ["mine.toml"]\n' + GOOD, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"citybrain pack new NAME.*\[\[tune\]\]"):
        read(path)


def test_a_district_tunes_numbers_of_a_known_kind(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(
        GOOD + '[[tune]]\nkind = "crowding"\nclocks.verify_s = 90.0\nopens.events = 2\n',
        encoding="utf-8",
    )
    crowding = next(p for p in read(path).setup.playbooks if p.kind == "crowding")
    assert (crowding.clocks.verify_s, crowding.opens.events) == (90.0, 2)
    assert crowding.clocks.arrive_s == 600.0


def test_a_district_tunes_when_a_silent_crew_is_replaced_and_a_source_is_unstable(tmp_path):
    path = tmp_path / "district.toml"
    tuned = '[[tune]]\nkind = "crowding"\nsilence.free_s = 60.0\nstability.changes = 5\n'
    path.write_text(GOOD + tuned, encoding="utf-8")
    crowding = next(p for p in read(path).setup.playbooks if p.kind == "crowding")
    assert (crowding.silence.free_s, crowding.stability.changes) == (60.0, 5)
    assert crowding.silence.depart_s == 300.0
    path.write_text(GOOD + tuned.replace("changes = 5", "changes = 1"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"stability\.changes.*2 to 100"):
        read(path)


def test_a_unit_named_twice_is_a_problem(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[unit]]") :], encoding="utf-8")
    with pytest.raises(ConfigError, match="riverside-1 is there twice"):
        read(path)


def test_a_unit_that_neither_city_nor_console_could_take_is_a_problem(tmp_path):
    path = tmp_path / "district.toml"
    names = [f"skill_{number}" for number in range(CAPABILITIES.value + 1)]
    path.write_text(GOOD.replace('["patrol"]', str(names[1:])), encoding="utf-8")
    read(path)
    path.write_text(GOOD.replace('["patrol"]', str(names)), encoding="utf-8")
    with pytest.raises(ConfigError, match="capabilities"):
        read(path)


def test_without_a_city_the_district_works_alone(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD.replace('[city]\naddress = "127.0.0.1:7000"\n', ""), encoding="utf-8")
    config = read(path).config
    assert config.city is None


def test_programs_have_one_role_each(tmp_path):
    path = tmp_path / "district.toml"
    program = '[[program]]\nname = "acme-cases"\nrole = "adapter"\n'
    path.write_text(GOOD + program, encoding="utf-8")
    assert read(path).config.roles_of_programs() == {"acme-cases": Role.ADAPTER}
    path.write_text(GOOD + program + program.replace("adapter", "source"), encoding="utf-8")
    with pytest.raises(ConfigError, match="program acme-cases is there twice"):
        read(path)
    path.write_text(GOOD + program.replace('"adapter"', '"operator"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="role"):
        read(path)


CALENDAR = """
[calendar]
zone = "Asia/Shanghai"
week = { monday = ["09:00-18:00"] }
holidays = ["2026.toml"]
"""
IN_WORKING_TIME = '[[tune]]\nkind = "crowding"\nclocks.handle = "4 working hours"\n'


def test_a_deadline_in_working_time_needs_a_calendar_and_a_calendar_its_files(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD + IN_WORKING_TIME, encoding="utf-8")
    with pytest.raises(ConfigError) as problems:
        read(path)
    for part in (
        "calendar: the deadline handle of crowding runs in working time",
        "clocks.handle_s",
    ):
        assert part in str(problems.value)
    path.write_text(GOOD + IN_WORKING_TIME + CALENDAR, encoding="utf-8")
    with pytest.raises(ConfigError, match="2026.toml"):
        read(path)
    (tmp_path / "2026.toml").write_text(
        "valid_from = 2026-01-01\nvalid_until = 2026-12-31\n", encoding="utf-8"
    )
    assert read(path).setup.calendar.zone == "Asia/Shanghai"
