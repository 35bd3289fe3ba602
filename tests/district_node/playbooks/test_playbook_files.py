"""Every built-in playbook is whole; a faulty one is refused with all its problems; a district tunes
numbers and never redefines.
"""

import pytest
from pack_folders import LIFTS, write_kind, write_pack

from citybrain.errors import ConfigError
from citybrain.pack.load import built_in, load_packs
from citybrain.pack.problems import Problems
from citybrain.vocabulary import IncidentStage
from citybrain.wire.validation.limits import SLOTS
from district_node.calendars.working_time import WorkingSpan
from district_node.playbook import SelfClear
from district_node.playbooks.load import collect_playbooks, load_playbooks

GOOD = """
kind = "bin_full"
[[needs]]
capability = "patrol"
quantity = 2
"""


# no source reports these: the district sees them itself
DARK = {"agent_offline", "blind_camera"}


def test_the_kinds_are_those_of_the_street_pack():
    kinds = {playbook.kind for playbook in load_playbooks()}
    assert kinds == DARK | {
        "crowding",
        "loitering",
        "waterlogging",
        "illegal_parking",
        "line_intrusion",
        "street_occupation",
    }


@pytest.mark.parametrize(
    "playbook", [p for p in load_playbooks() if p.kind not in DARK], ids=lambda p: p.kind
)
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
    (street,) = built_in().packs
    assert [kind.file for kind in street.kinds] == [
        f"kinds/{playbook.kind}.toml" for playbook in load_playbooks()
    ]


def test_a_pack_brings_a_playbook_with_the_title_of_its_words(tmp_path):
    packs = load_packs([write_kind(tmp_path / "bins", GOOD)])
    (added,) = [p for p in load_playbooks(packs) if p.kind == "bin_full"]
    assert (added.title.en, added.title.zh) == ("bin_full in English", "bin_full 中文")
    assert added.needs[0].quantity == 2


def test_a_kind_of_another_pack_leads_from_event_to_closed_incident(scenario, tmp_path):
    packs = load_packs([write_pack(tmp_path / "lifts")])
    crew = scenario.a_unit("riverside-1", "lift_rescue")
    scenario.start(crew, playbooks=load_playbooks(packs))
    scenario.send_event(incident_kind="lift_entrapment", severity="Severe")
    scenario.work_through(crew.unit)
    scenario.report_verification("clear")
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_all_problems_of_all_files_are_listed_at_once(tmp_path):
    first = write_kind(tmp_path / "a", 'kind = "bin_full"\n[clocks]\narive_s = 3.0\n')
    second = write_kind(
        tmp_path / "b",
        GOOD.replace("bin_full", "bin_lost")
        + "[closes]\nquiet_s = 90.0\n[joins]\nwithin_m = 5000.0\n",
    )
    with pytest.raises(ConfigError) as problems:
        load_playbooks(load_packs([first, second]))
    text = str(problems.value)
    for part in (
        "a/kinds/a.toml: needs",
        "a/kinds/a.toml: clocks.arive_s",
        "b/kinds/b.toml: joins.within_m",
        "250",
    ):
        assert part in text


def test_a_quiet_time_that_the_verify_clock_cuts_off_is_a_problem(tmp_path):
    pack = write_kind(tmp_path / "bins", GOOD + "[closes]\nquiet_s = 90.0\n")
    with pytest.raises(ConfigError, match="could never answer in time"):
        load_playbooks(load_packs([pack]))


def test_an_incident_that_neither_city_nor_console_could_take_is_a_problem(tmp_path):
    need = '[[needs]]\ncapability = "patrol"\nquantity = 20\n'
    load_playbooks(load_packs([write_kind(tmp_path / "bins", GOOD + 12 * need)]))
    pack = write_kind(tmp_path / "bins", GOOD + 13 * need)
    with pytest.raises(ConfigError, match=f"262 units, .* at most {SLOTS.value} places"):
        load_playbooks(load_packs([pack]))


def test_a_tuned_number_takes_the_place_of_the_packs_and_the_rest_stays():
    before = {p.kind: p for p in load_playbooks()}
    problems = Problems()
    tune = {"kind": "crowding", "closes": {"quiet_s": 2.5}}
    after = {p.kind: p for p in collect_playbooks(built_in(), [tune], problems)}
    assert problems.found == ()
    assert after["crowding"].closes.quiet_s == 2.5
    assert after["crowding"].closes.settle_s == before["crowding"].closes.settle_s
    assert after["crowding"].clocks == before["crowding"].clocks
    assert {k: p for k, p in after.items() if k != "crowding"} == {
        k: p for k, p in before.items() if k != "crowding"
    }


def test_what_a_tune_makes_is_checked_as_a_whole():
    problems = Problems()
    collect_playbooks(
        built_in(),
        [
            {"kind": "crowding", "clocks": {"verify_s": 1.0}},
            {"kind": "crowdd"},
            {"kind": "loitering", "clocks": {"verfy_s": 9.0}},
        ],
        problems,
    )
    text = str(ConfigError("x", problems.found))
    assert "could never answer in time" in text
    assert "tune[1].kind: no pack in force has the kind 'crowdd'" in text
    assert "tune[2]: clocks.verfy_s" in text and "Did you mean 'verify_s'?" in text
    assert "tune[0]: closes.quiet_s (5) is not below" in text


def test_a_capability_that_the_pack_does_not_declare_is_named(tmp_path):
    from district_node.playbooks.load import check_pack

    pack = write_pack(
        tmp_path / "lifts",
        pack_toml='name = "lifts"\nversion = "1.0.0"\ntitle = { en = "L", zh = "梯" }\n',
    )
    packs, problems = load_packs([pack]), Problems()
    check_pack(packs, packs.packs[1], problems)
    assert [p.key for p in problems.found] == ["lifts/pack.toml: needs.capabilities"]


@pytest.mark.parametrize(
    ("clocks", "span"),
    [
        ('handle = "4 working hours"', WorkingSpan(working_s=4 * 3600.0)),
        ('handle = "1 working day"', WorkingSpan(working_days=1)),
        ("handle = { working_days = 2 }", WorkingSpan(working_days=2)),
        ("handle = { working_hours = 0.5 }", WorkingSpan(working_s=1800.0)),
    ],
)
def test_a_clock_may_run_in_working_time(tmp_path, clocks, span):
    pack = write_kind(tmp_path / "bins", f"{GOOD}[clocks]\n{clocks}\n")
    (added,) = [p for p in load_playbooks(load_packs([pack])) if p.kind == "bin_full"]
    assert added.clocks.working["handle"] == span


@pytest.mark.parametrize(
    ("clocks", "sentence"),
    [
        ("handle_s = 0.0", "Give seconds above 0"),
        ('handle = "0 working hours"', "greater than 0"),
        ('handle = "half a working day"', 'Write "4 working hours"'),
        ('handle = "1.5 working days"', "valid integer"),
        ("handle = { working_days = 1, working_hours = 2 }", "one of the two"),
        ('handle = "4 working hours"\nhandle_s = 60.0', "keep one of them"),
    ],
)
def test_a_clock_of_nothing_or_of_two_units_is_a_problem(tmp_path, clocks, sentence):
    pack = write_kind(tmp_path / "bins", f"{GOOD}[clocks]\n{clocks}\n")
    with pytest.raises(ConfigError) as problems:
        load_playbooks(load_packs([pack]))
    assert "bins/kinds/bins.toml: clocks" in str(problems.value)
    assert sentence in str(problems.value)


def test_a_tuned_clock_takes_the_place_of_the_packs_in_whatever_unit(tmp_path):
    pack = write_kind(tmp_path / "bins", GOOD + '[clocks]\nhandle = "4 working hours"\n')
    packs, problems = load_packs([pack]), Problems()
    tunes = [
        {"kind": "bin_full", "clocks": {"handle_s": 600.0}},
        {"kind": "crowding", "clocks": {"handle": {"working_days": 1}}},
    ]
    tuned = {p.kind: p.clocks for p in collect_playbooks(packs, tunes, problems)}
    assert problems.found == ()
    assert not len(tuned["bin_full"].working) and tuned["bin_full"].handle_s == 600.0
    assert tuned["crowding"].working["handle"] == WorkingSpan(working_days=1)


def test_a_grade_in_parts_of_a_size_that_no_asset_has_is_a_problem(tmp_path):
    grade = '[[grades]]\nof = "value"\nover = 1.5\nper = "capacity"\nseverity = "Moderate"\n'
    kind = LIFTS["kinds/lift_entrapment.toml"] + grade
    pack = write_pack(tmp_path / "lifts", kinds__lift_entrapment_toml=kind)
    with pytest.raises(ConfigError) as problems:
        load_playbooks(load_packs([pack]))
    assert "lifts/kinds/lift_entrapment.toml: grades[0].per" in str(problems.value)
    assert "has a number 'capacity'" in str(problems.value) and "stuck_s" in str(problems.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('grid_code = "2"\n', "two digits"),
        ('seen_by = "nobody"\n', "'rule', 'node' or 'report'"),
        ('grades = [{ of = "count", over = 0.0, severity = "Minor" }]\n', "above 0"),
        ('grades = [{ of = "count", over = 1.0, severity = "Bad" }]\n', "Minor"),
    ],
)
def test_what_a_kind_cannot_say_of_itself_is_a_problem(tmp_path, given, sentence):
    pack = write_kind(tmp_path / "bins", given + GOOD)
    with pytest.raises(ConfigError) as problems:
        load_playbooks(load_packs([pack]))
    assert sentence in str(problems.value)


def test_a_kind_that_nothing_of_ours_sees_says_so_and_no_other_does(tmp_path):
    from district_node.playbooks.load import check_pack

    for given, expected in (("", "no rule of any pack"), ('seen_by = "report"\n', "")):
        pack = write_kind(tmp_path / "bins", given + GOOD)
        packs, problems = load_packs([pack]), Problems()
        check_pack(packs, packs.packs[1], problems)
        found = " ".join(p.problem for p in problems.found if p.key.endswith("seen_by"))
        assert found.startswith(expected) and bool(found) == bool(expected)
