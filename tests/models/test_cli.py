"""`citybrain model`: what a person sees."""

from typer.testing import CliRunner

from models.cli import app

run = CliRunner(env={"COLUMNS": "200"}).invoke


def test_the_list_names_every_model_and_whether_it_is_here(cache):
    assert run(app, ["fetch", "tiny"]).exit_code == 0
    done = run(app, ["list"])
    assert done.exit_code == 0
    rows = {line.split()[0]: line for line in done.stdout.splitlines()[1:] if line[:1].strip()}
    assert {"yolox-nano", "nanodet-g", "picodet-s", "tiny"} <= set(rows)
    assert rows["tiny"].split()[1] == "yes"
    assert rows["yolox-nano"].split()[1] == "no"


def test_fetching_says_what_came_from_where_and_the_second_time_that_it_was_there(cache):
    first = run(app, ["fetch", "tiny"])
    assert "fetching tiny, built here" in first.stderr
    assert "sha256 verified" in first.stderr
    assert "from built here by models.build_tiny" in first.stdout
    assert "it was there, and is unchanged" in run(app, ["fetch", "tiny"]).stdout


def test_a_fetch_that_fails_explains_and_exits_with_1(cache, tmp_path):
    done = run(app, ["fetch", "picodet-s", "--file", str(tmp_path / "nowhere.onnx")])
    assert done.exit_code == 1
    assert "there is no file" in done.stderr
    assert "Traceback" not in done.stderr


def test_checking_prints_what_the_model_wants_gives_and_costs(cache):
    run(app, ["fetch", "tiny"])
    done = run(app, ["check", "tiny", "--runs", "2"])
    assert done.exit_code == 0
    assert "out  output [1, 1600, 7]" in done.stdout
    assert "ms model" in done.stdout


def test_checking_a_model_that_is_not_here_or_unknown_names_the_cure(cache):
    missing = run(app, ["check", "yolox-nano"])
    assert missing.exit_code == 1
    assert "`citybrain model fetch yolox-nano`" in missing.stderr
    assert run(app, ["check", "yolo"]).exit_code == 1


def test_every_command_shows_an_example():
    for command in ("list", "fetch", "check"):
        assert f"citybrain model {command}" in run(app, [command, "--help"]).stdout
