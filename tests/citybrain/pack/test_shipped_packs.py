"""The product's own packs: each is named by its name, whole, in two languages, and says what sees
its kinds.
"""

import pytest

from citybrain.errors import ConfigError
from citybrain.pack.load import collect_packs, load_packs, resolve_folders, shipped_names
from citybrain.pack.problems import Problems
from citysim.life import load as life
from district_node.playbook import SeenBy
from district_node.playbooks import load as kinds
from street_agent.rule_settings import of_packs

LINE = "line_crossed"
NAMES = ("bikes", "facilities", "safety")
TWELVE = {
    "bike_overflow",
    "messy_parking",
    "illegal_parking",
    "crowding",
    "wrong_way",
    "waterlogging",
    "fire_alarm",
    "air_quality",
    "bin_full",
    "street_occupation",
    "damaged_facility",
    "person_down",
}


def all_packs(tmp_path):
    problems = Problems()
    packs = collect_packs(resolve_folders(NAMES, tmp_path, problems), problems)
    assert problems.found == ()
    return packs


def test_they_are_found_by_their_names_and_stand_beside_each_other(tmp_path):
    assert shipped_names() == NAMES
    assert [pack.name for pack in all_packs(tmp_path).packs] == ["street", *NAMES]


def test_every_tier_finds_each_of_them_whole(tmp_path):
    packs, problems = all_packs(tmp_path), Problems()
    for pack in packs.packs:
        for check in (kinds.check_pack, of_packs.check_pack, life.check_pack):
            check(packs, pack, problems)
    assert problems.found == ()


def test_twelve_kinds_have_their_three_conditions_in_both_languages(tmp_path):
    playbooks = {p.kind: p for p in kinds.load_playbooks(all_packs(tmp_path))}
    assert set(playbooks) >= TWELVE
    for playbook in (playbooks[kind] for kind in TWELVE):
        texts = playbook.texts
        for one in (playbook.title, texts.opens, texts.time_limit, texts.closes):
            assert one.en and one.zh and one.en != one.zh, playbook.kind
        assert playbook.grid.startswith(("事件/", "部件/"))
        assert not playbook.grid_code, "no code is confirmed for any of them"


def test_every_kind_lives_in_the_simulator_or_says_that_no_sensor_sees_it(tmp_path):
    packs = all_packs(tmp_path)
    living = {kind.kind for kind in life.life_of(packs).kinds}
    playbooks = kinds.load_playbooks(packs)
    by_rule = {p.kind for p in playbooks if p.seen_by is SeenBy.RULE}
    by_report = {p.kind for p in playbooks if p.seen_by is SeenBy.REPORT}
    assert by_report == {"damaged_facility", "person_down"}
    assert by_rule == living


def test_a_name_that_no_pack_has_is_refused_with_those_that_there_are(tmp_path):
    problems = Problems()
    resolve_folders(["bykes"], tmp_path, problems)
    with pytest.raises(ConfigError, match="own packs are bikes, facilities, safety"):
        problems.raise_any("district.toml")


def test_a_folder_beside_the_configuration_comes_before_the_products_own(tmp_path):
    (tmp_path / "bikes").mkdir()
    assert resolve_folders(["bikes"], tmp_path, Problems()) == (tmp_path / "bikes",)


def test_named_by_its_folder_it_is_the_same_pack(tmp_path):
    (folder,) = resolve_folders(["bikes"], tmp_path, Problems())
    assert load_packs([folder]).identities[1].name == "bikes"
