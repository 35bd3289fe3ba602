"""The kinds that a district's configuration knows: those of the built-in playbooks, of the ones it
names, and the unknown one."""

import pytest

from citybrain.errors import ConfigError
from district_node.known_kinds import known_kinds

BUILT_IN = (
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


def test_without_playbooks_of_its_own_it_knows_the_built_in_ones(district):
    assert known_kinds(district('district = "riverside"\n')) == BUILT_IN


def test_it_knows_those_that_it_names_beside_its_file(district, tmp_path):
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "trapped.toml").write_text('kind = "lifts.trapped"\nneeds = "later"\n')
    path = district('playbooks = ["kinds/trapped.toml"]\n')
    assert known_kinds(path) == tuple(sorted((*BUILT_IN, "lifts.trapped")))


def test_passwords_and_certificates_of_the_district_need_not_be_here(district):
    path = district('[broker]\nusername = "d"\npassword_file = "/none"\ntls = { ca = "/none" }\n')
    assert known_kinds(path) == BUILT_IN


def test_every_playbook_whose_kind_cannot_be_read_is_listed(district, tmp_path):
    (tmp_path / "a.toml").write_text('kind = "Crowd!"\n')
    (tmp_path / "b.toml").write_text("kind = \n")
    (tmp_path / "c.toml").write_text('title = "x"\n')
    path = district('playbooks = ["a.toml", "b.toml", "c.toml", "d.toml"]\n')
    with pytest.raises(ConfigError) as caught:
        known_kinds(path)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["a.toml: kind", "b.toml: (file)", "c.toml: kind", "d.toml: (file)"]


@pytest.mark.parametrize("text", ['playbooks = "a.toml"\n', "playbooks = [1]\n", "= 1"])
def test_a_file_that_names_no_playbooks_properly_is_a_problem(district, text):
    with pytest.raises(ConfigError):
        known_kinds(district(text))
