"""A configuration names a pack by its folder, or by its name where an installed package has it."""

import shutil
import sys

import pytest
from fake_distributions import install
from pack_folders import write_pack

from citybrain.errors import ConfigError
from citybrain.pack.load import load_packs, resolve_folders
from citybrain.pack.problems import Problems


@pytest.fixture
def site(tmp_path, monkeypatch):
    """An environment with a package that has the pack `lifts`, and whose code must not run."""
    site = tmp_path / "site"
    install(
        site,
        "acme-city",
        "[citybrain.packs]\nlifts = acme_lifts.scenes.lifts\n",
        {"acme_lifts/__init__.py": "raise SystemError('a pack runs no code')"},
    )
    write_pack(site / "acme_lifts" / "scenes" / "lifts")
    monkeypatch.syspath_prepend(str(site))
    return site


def problems_of(*names, beside):
    problems = Problems()
    resolve_folders(names, beside, problems)
    with pytest.raises(ConfigError) as error:
        problems.raise_any("district.toml")
    return str(error.value)


def test_an_installed_pack_is_named_and_read_without_running_its_package(site, tmp_path):
    folders = resolve_folders(["lifts"], tmp_path, Problems())
    assert folders == (site / "acme_lifts" / "scenes" / "lifts",)
    assert [pack.name for pack in load_packs(folders).packs] == ["street", "lifts"]
    assert "acme_lifts" not in sys.modules


def test_a_folder_beside_the_configuration_goes_before(site, tmp_path):
    write_pack(tmp_path / "lifts")
    assert resolve_folders(["lifts"], tmp_path, Problems()) == (tmp_path / "lifts",)


def test_what_is_a_path_is_no_name(site, tmp_path):
    problems = Problems()
    assert resolve_folders(["./lifts"], tmp_path, problems) == (tmp_path / "lifts",)
    problems.raise_any("nothing")


def test_a_name_that_is_neither_is_refused_with_what_is_installed(site, tmp_path):
    said = problems_of("lift", beside=tmp_path)
    assert f"lift: there is no such folder in {tmp_path}" in said
    assert "Did you mean lifts?" in said


def test_two_packages_with_one_pack_are_both_named(site, tmp_path):
    install(site, "bolt-city", "[citybrain.packs]\nlifts = bolt.lifts\n")
    said = problems_of("lifts", beside=tmp_path)
    assert "acme-city 1.0 (acme_lifts.scenes.lifts) and bolt-city 1.0 (bolt.lifts)" in said


def test_a_package_without_its_folder_is_named(site, tmp_path):
    shutil.rmtree(site / "acme_lifts" / "scenes")
    assert "pack lifts of acme-city 1.0" in problems_of("lifts", beside=tmp_path)
