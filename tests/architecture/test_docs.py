"""The docs tell the truth: diagrams are redrawn from their tables, README commands exist, every CLI command has help with an example."""

import re
import subprocess
import sys

import pytest
import typer.main

from citybrain.diagram import all_diagrams


@pytest.mark.parametrize("noun", sorted(all_diagrams()))
def test_architecture_shows_the_diagram_drawn_from_the_table(project_root, noun):
    text = (project_root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert all_diagrams()[noun] in text, f"put this into ARCHITECTURE.md:\n{all_diagrams()[noun]}"


def test_the_readme_names_make_targets_that_exist(project_root):
    targets = set(
        re.findall(r"^([a-z]+):", (project_root / "Makefile").read_text(), flags=re.MULTILINE)
    )
    named = set(
        re.findall(r"\bmake ([a-z]+)", (project_root / "README.md").read_text(encoding="utf-8"))
    )
    assert {"demo", "test", "setup"} <= named
    assert named <= targets, named - targets


def test_ci_runs_the_readmes_test_command(project_root):
    assert "\nmake test\n" in (project_root / ".ci" / "run").read_text()


def _readme_calls(project_root):
    text = (project_root / "README.md").read_text(encoding="utf-8") + (
        project_root / "ARCHITECTURE.md"
    ).read_text(encoding="utf-8")
    return sorted(
        set(
            re.findall(
                r"(?:^|`)(?:\.venv/bin/)?citybrain ([a-z]+(?: [a-z]+)?)", text, flags=re.MULTILINE
            )
        )
    )


def _commands():
    from citybrain.cli.main import build_all  # every lazy group loaded

    root = typer.main.get_command(build_all())
    found = {}

    def walk(command, path):
        children = getattr(command, "commands", None)
        if children:
            for name, child in children.items():
                walk(child, [*path, name])
        else:
            found[" ".join(path)] = command

    walk(root, [])
    return found


def test_every_citybrain_call_in_the_docs_exists(project_root):
    known = set(_commands()) | {name.rsplit(" ", 1)[0] for name in _commands()}
    missing = [
        call
        for call in _readme_calls(project_root)
        if call not in known and call.split()[0] not in known
    ]
    assert not missing, missing


def test_every_command_has_help_with_an_example():
    silent = [
        name
        for name, command in _commands().items()
        if not command.help or "citybrain " not in command.help
    ]
    assert not silent, f"no help with an example: {silent}"


def test_the_help_of_the_root_command_prints():
    done = subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for group in ("street", "district", "city", "model", "journal", "demo"):
        assert group in done.stdout
