"""Every built-in playbook is whole; a faulty one is refused with all its problems; the same kind
replaces.
"""

import pytest

from citybrain.errors import ConfigError
from citybrain.vocabulary import IncidentStage
from citybrain.wire.validation.limits import SLOTS
from district_node.playbook import SelfClear
from district_node.playbooks.load import built_in, load_playbooks

GOOD = """
kind = "crowding"
title = { en = "Crowd", zh = "人群" }
[[needs]]
capability = "steward"
quantity = 2
"""


def test_the_kinds_of_the_skeleton_are_there():
    kinds = {playbook.kind for playbook in load_playbooks()}
    assert kinds == {
        "crowding",
        "loitering",
        "waterlogging",
        "illegal_parking",
        "line_intrusion",
        "street_occupation",
    }


@pytest.mark.parametrize("playbook", load_playbooks(), ids=lambda p: p.kind)
def test_every_built_in_playbook_leads_from_event_to_closed_incident(scenario, playbook):
    capabilities = sorted({need.capability for need in playbook.needs})
    units = [
        scenario.a_unit(f"riverside-{n}", *capabilities)
        for n in range(1, 1 + sum(need.quantity for need in playbook.needs))
    ]
    scenario.start(*units)
    scenario.send_event(incident_kind=playbook.kind, severity="Severe")
    for unit in units:
        scenario.work_through(unit.unit)
    scenario.report_verification("clear")
    assert scenario.incident().stage is IncidentStage.CLOSED
    assert playbook.title.en != playbook.title.zh
    assert playbook.closes.self_clear in SelfClear


def test_files_are_named_after_their_kinds():
    kinds = [playbook.kind for playbook in load_playbooks()]
    assert [path.stem for path in built_in()] == kinds


def test_an_own_file_of_the_same_kind_replaces(tmp_path):
    path = tmp_path / "crowd.toml"
    path.write_text(GOOD, encoding="utf-8")
    (crowding,) = [p for p in load_playbooks([path]) if p.kind == "crowding"]
    assert (crowding.title.en, crowding.needs[0].quantity) == ("Crowd", 2)


def test_all_problems_of_all_files_are_listed_at_once(tmp_path):
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(
        'kind = "Crowding"\ntitle = { en = "x", zh = "y" }\nneeds = []\n[clocks]\narive_s = 3.0\n',
        encoding="utf-8",
    )
    second.write_text(
        GOOD + "[closes]\nquiet_s = 90.0\n[joins]\nwithin_m = 5000.0\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError) as problems:
        load_playbooks([first, second])
    text = str(problems.value)
    for part in (
        "a.toml: kind",
        "a.toml: needs",
        "a.toml: clocks.arive_s",
        "b.toml: joins.within_m",
        "250",
    ):
        assert part in text


def test_a_quiet_time_that_the_verify_clock_cuts_off_is_a_problem(tmp_path):
    path = tmp_path / "b.toml"
    path.write_text(GOOD + "[closes]\nquiet_s = 90.0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="could never answer in time"):
        load_playbooks([path])


def test_an_incident_that_neither_city_nor_console_could_take_is_a_problem(tmp_path):
    path = tmp_path / "b.toml"
    need = '[[needs]]\ncapability = "medic"\nquantity = 20\n'
    path.write_text(GOOD + 12 * need, encoding="utf-8")
    load_playbooks([path])
    path.write_text(GOOD + 13 * need, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"262 units, .* at most {SLOTS.value} places"):
        load_playbooks([path])


def test_two_own_files_about_one_kind_are_a_problem(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.toml is about crowding too"):
        load_playbooks([tmp_path / "a.toml", tmp_path / "b.toml"])
