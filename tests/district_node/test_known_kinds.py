"""The kinds that a district's configuration knows: those of the built-in pack, of the packs that it
names, and the unknown one."""

import pytest
from pack_folders import write_kind

from citybrain.errors import ConfigError
from district_node.known_kinds import known_kinds

BUILT_IN = (
    "agent_offline",
    "blind_camera",
    "crowding",
    "illegal_parking",
    "line_intrusion",
    "loitering",
    "street_occupation",
    "unknown",
    "waterlogging",
)


@pytest.fixture
def district(tmp_path):
    def write(text):
        path = tmp_path / "district.toml"
        path.write_text(text)
        return path

    return write


def test_without_packs_of_its_own_it_knows_the_built_in_ones(district):
    assert known_kinds(district('district = "riverside"\n')) == BUILT_IN


def test_it_knows_those_that_it_names_beside_its_file(district, tmp_path):
    write_kind(tmp_path / "lifts", 'kind = "lifts.trapped"\nneeds = "later"\n')
    path = district('packs = ["lifts"]\n')
    assert known_kinds(path) == tuple(sorted((*BUILT_IN, "lifts.trapped")))


def test_passwords_and_certificates_of_the_district_need_not_be_here(district):
    path = district('[broker]\nusername = "d"\npassword_file = "/none"\ntls = { ca = "/none" }\n')
    assert known_kinds(path) == BUILT_IN


def test_every_pack_whose_kinds_cannot_be_read_is_listed(district, tmp_path):
    for name, text in (
        ("a", 'kind = "Crowd!"\n'),
        ("b", 'kind = "x"\n= 7'),
        ("c", 'kind = "unknown"\n'),
    ):
        write_kind(tmp_path / name, text)
    path = district('packs = ["a", "b", "c", "d"]\n')
    with pytest.raises(ConfigError) as caught:
        known_kinds(path)
    keys = {problem.key for problem in caught.value.problems}
    assert {"a/kinds/a.toml: kind", "b/kinds/b.toml", "c/kinds/c.toml: kind"} <= keys
    assert any("no such folder" in problem.problem for problem in caught.value.problems)


@pytest.mark.parametrize("text", ['packs = "a"\n', "packs = [1]\n", "= 1"])
def test_a_file_that_names_no_packs_properly_is_a_problem(district, text):
    with pytest.raises(ConfigError):
        known_kinds(district(text))
