"""Whatever values stand in a pack's tables, every reader names problems and none breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack_folders import LIFTS, write_pack

from citybrain.config.toml_text import dumps
from citybrain.pack.load import collect_packs
from citybrain.pack.problems import Problems
from citysim.life.load import check_pack as check_life
from district_node.playbooks.load import check_pack as check_kinds
from street_agent.rule_settings.of_packs import check_pack as check_rules

VALUE = st.recursive(
    st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=True)
    | st.sampled_from(
        ["", "lift", "lift_entrapment", "${asset.id}", "${asset.", "sensor", "x" * 99]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "rule", "asset", "fields", "sensor", "camera", "lift", "id"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = {
    "pack.toml": ["name", "version", "title", "needs"],
    "kinds/lift_entrapment.toml": ["kind", "needs", "clocks", "closes", "joins"],
    "assets.toml": ["lift", "gauge", "Odd"],
    "rules/lift_stuck.toml": ["asset", "rule"],
    "words/en.toml": ["kind", "asset", "field", "rule", "odd"],
    "life.toml": ["crew", "kind"],
}


@pytest.mark.parametrize("file", sorted(KEYS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_odd_values_are_problems_and_no_errors(file, data, tmp_path_factory):
    odd = data.draw(st.dictionaries(st.sampled_from(KEYS[file]), VALUE, max_size=3))
    folder = tmp_path_factory.getbasetemp() / file.replace("/", "-") / "lifts"
    write_pack(folder, {**LIFTS, file: dumps(odd)})
    problems = Problems()
    packs = collect_packs([folder], problems)
    for pack in packs.packs[1:]:
        for check in (check_kinds, check_rules, check_life):
            check(packs, pack, problems)
    assert all(problem.key and problem.problem and problem.remedy for problem in problems.found)


@pytest.mark.parametrize("given", ["[]", "{}", "[1]", "{ a = 1 }", "7", "true"])
def test_a_rule_whose_incident_kind_is_no_text_is_a_problem(tmp_path, given):
    rule = LIFTS["rules/lift_stuck.toml"].replace('"lift_entrapment"', given)
    folder = write_pack(tmp_path / "lifts", rules__lift_stuck_toml=rule)
    problems = Problems()
    packs = collect_packs([folder], problems)
    check_rules(packs, packs.packs[1], problems)
    keys = [problem.key for problem in problems.found]
    assert "lifts/rules/lift_stuck.toml: rule.incident_kind" in keys


def test_life_in_front_of_an_asset_without_the_fields_of_its_rule_is_a_problem(tmp_path):
    assets = LIFTS["assets.toml"].replace("[lift.fields.stuck_s]", "[lift.fields.other_s]")
    folder = write_pack(tmp_path / "lifts", assets_toml=assets)
    problems = Problems()
    packs = collect_packs([folder], problems)
    assert problems.found
    for check in (check_kinds, check_rules, check_life):
        check(packs, packs.packs[1], problems)


def test_a_reference_that_ends_in_a_line_is_no_reference(tmp_path):
    rule = LIFTS["rules/lift_stuck.toml"].replace("asset.stuck_s}", "asset.stuck_s\\n}")
    folder = write_pack(tmp_path / "lifts", rules__lift_stuck_toml=rule)
    problems = Problems()
    collect_packs([folder], problems)
    assert "is no reference" in str([problem.problem for problem in problems.found])
