"""Sizes and names: files under 400 lines, bodies under 60, folders of about fifteen modules, no
drawer names."""

import pytest
from archrules import excepts, sizes


def test_no_file_holds_more_than_400_lines(tree):
    assert sizes.long_files(tree) == [], "which idea in each of these wants a file of its own?"


def test_no_script_and_no_style_sheet_holds_more_than_400_lines(project_root):
    assert sizes.long_page_files(project_root) == [], "which idea wants a file of its own?"


@pytest.mark.parametrize("name", ["page.js", "page.css"])
def test_a_script_or_style_sheet_of_401_lines_is_named(tmp_path, name):
    file = tmp_path / "citybrain" / "web" / name
    file.parent.mkdir(parents=True)
    file.write_text("x\n" * 400)
    assert sizes.long_page_files(tmp_path) == []
    file.write_text("x\n" * 401)
    assert sizes.long_page_files(tmp_path) == [f"citybrain/web/{name}: 401 lines"]


def test_no_function_body_is_longer_than_60_lines(tree):
    assert sizes.long_bodies(tree) == []


def test_no_folder_holds_more_than_fifteen_modules(tree):
    assert sizes.crowded_folders(tree) == []


def test_no_module_is_a_drawer(tree):
    assert sizes.drawers(tree) == []


def test_every_module_says_what_it_is_in_its_first_line(tree):
    assert sizes.silent(tree) == []


def test_broad_excepts_are_counted(tree):
    assert excepts.check(tree) == []


def test_tests_are_no_packages(project_root):
    support = project_root / "tests" / "support"
    packages = {p.parent for p in (project_root / "tests").rglob("__init__.py")}
    strays = [p for p in packages if support not in p.parents]
    assert not strays, "a tests/<tier>/__init__.py would shadow the real package"
