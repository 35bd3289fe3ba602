"""The command line imports what it calls, says what went wrong and how to cure it, and exits with
the right code.
"""

import subprocess
import sys

import pytest
import typer

from citybrain.cli import lazy_commands, main
from citybrain.cli.lazy_commands import LazyCommand, MissingExtraError
from citybrain.errors import CityBrainError, ConfigError, ConfigProblem

TIERS = (
    "street_agent",
    "district_node",
    "coordinator",
    "citysim",
    "models",
    "grpc",
    "numpy",
    "ray",
    "av",
    "paho",
    "google.protobuf",
    "pydantic",
)


def in_a_fresh_interpreter(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def run(*words):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    return ended.value.code


def test_the_help_lists_every_part_and_imports_none():
    done = in_a_fresh_interpreter(
        "import sys\n"
        "from citybrain.cli.main import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit as ended:\n    print('exit', ended.code)\n"
        f"print('loaded', [name for name in {TIERS} if name in sys.modules])\n"
    )
    assert all(name in done.stdout for name in main.COMMANDS), done.stdout
    assert all(entry.help[:30] in done.stdout for entry in main.COMMANDS.values())
    assert "exit 0" in done.stdout
    assert "loaded []" in done.stdout


def test_every_entry_has_a_target_and_one_line_of_help():
    for name, entry in main.COMMANDS.items():
        module, _, attribute = entry.target.partition(":")
        assert module, name
        assert attribute == "app"
        assert entry.help.endswith(".")
        assert len(entry.help) < 70


def test_a_typo_gets_a_suggestion(capsys):
    assert run("jurnal") == 2
    assert "journal" in capsys.readouterr().err


def test_the_version_is_printed(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("citybrain ")


def test_without_arguments_it_shows_its_help(capsys):
    assert run() == 2
    shown = capsys.readouterr()
    assert "citybrain demo" in shown.out + shown.err


def probe(behaviour):
    """A sub-command `probe` that does `behaviour`."""
    app = typer.Typer()

    @app.command()
    def probe():
        """Do it."""
        behaviour()

    return app


@pytest.fixture
def with_probe(monkeypatch):
    """Puts a sub-command `probe` into the table that does what the test says."""

    def put(behaviour):
        module = type(sys)("probe_module")
        module.app = probe(behaviour)
        monkeypatch.setitem(sys.modules, "probe_module", module)
        entry = LazyCommand(target="probe_module:app", help="A probe.", extra="city")
        monkeypatch.setattr(main, "COMMANDS", {"probe": entry})
        monkeypatch.setattr(main.Commands, "lazy_commands", {"probe": entry})

    return put


def raising(error):
    def behave():
        raise error

    return behave


def test_faults_of_a_configuration_are_all_shown_and_exit_2(with_probe, capsys):
    problems = (
        ConfigProblem(key="broker.port", problem="is 'x'", remedy="Give a number from 1 to 65535."),
        ConfigProblem(key="camera[0].id", problem="is missing", remedy="Give each camera an id."),
    )
    with_probe(raising(ConfigError("street.toml", problems)))
    assert run("probe") == 2
    shown = capsys.readouterr().err
    assert "broker.port" in shown
    assert "camera[0].id" in shown
    assert "Traceback" not in shown


def test_an_error_is_one_message_without_a_traceback_and_exits_1(with_probe, capsys):
    with_probe(raising(CityBrainError("the disk is full. Free some space.")))
    assert run("probe") == 1
    assert capsys.readouterr().err == "citybrain: the disk is full. Free some space.\n"


def test_a_path_that_the_system_refuses_is_named_without_a_traceback(with_probe, capsys):
    with_probe(raising(PermissionError(13, "Permission denied", "/srv/journal")))
    assert run("probe") == 1
    shown = capsys.readouterr().err
    assert "/srv/journal cannot be used: Permission denied" in shown and "Traceback" not in shown


def test_debug_shows_where_an_error_came_from(with_probe):
    with_probe(raising(CityBrainError("the disk is full.")))
    with pytest.raises(CityBrainError, match="the disk is full"):
        main.main(["--debug", "probe"])


def test_a_bug_is_not_hidden(with_probe):
    with_probe(raising(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError):
        main.main(["probe"])


def test_an_interrupt_exits_130(with_probe):
    with_probe(raising(KeyboardInterrupt()))
    assert run("probe") == 130


def test_a_library_that_a_command_imports_and_does_not_find_is_named_with_its_extra(
    with_probe, capsys
):
    with_probe(raising(ModuleNotFoundError("No module named 'ray'", name="ray")))
    assert run("probe") == 1
    assert "needs the Python module 'ray'" in (shown := capsys.readouterr().err)
    assert "pip install '.[city]' in the checkout of open-citybrain" in shown


def test_a_part_whose_library_is_missing_is_named_with_its_extra(tmp_path, monkeypatch):
    (tmp_path / "part_without_library.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match=r"'no_such_library'.*pip install '\.\[street\]'"):
        lazy_commands.load(
            "street", LazyCommand(target="part_without_library:app", help="", extra="street")
        )


def test_a_part_of_this_project_that_is_missing_asks_for_a_new_installation():
    with pytest.raises(MissingExtraError, match="Install citybrain again"):
        lazy_commands.load(
            "city", LazyCommand(target="coordinator.no_such_part:app", help="", extra="city")
        )


def test_a_part_is_loaded_when_it_is_called_and_gets_its_arguments(with_probe, capsys):
    with_probe(lambda: print("probed"))
    assert run("probe") == 0
    assert capsys.readouterr().out == "probed\n"
    assert run("probe", "--no-such-option") == 2
