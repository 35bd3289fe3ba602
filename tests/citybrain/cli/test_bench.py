"""`citybrain bench` runs what a checkout has, and says so where there is none."""

import json
from pathlib import Path

import pytest
import typer

from citybrain.cli import bench

ROW = json.dumps(
    {
        "what": "w",
        "goal": "< 1 s",
        "ceiling": "",
        "ours": "2 s",
        "ratio": None,
        "held": False,
        "seconds": 1.0,
    }
)


def test_the_names_are_the_files_without_their_dress(tmp_path):
    for file in ("test_bench_wire.py", "test_bench_ingest.py", "notes.md"):
        (tmp_path / file).touch()
    assert bench.names(tmp_path) == ["ingest", "wire"]


def test_an_installed_package_has_none_and_says_where_to_get_them(tmp_path):
    with pytest.raises(
        bench.CheckoutMissingError, match="clone the source, run `make setup` there"
    ):
        bench.folder_of(tmp_path)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(bench.UnknownBenchError, match=r"'no-such'.*wire"):
        bench.bench("no-such")


def test_the_list_shows_this_checkouts(capsys):
    bench.bench("", show=True)
    assert "wire" in capsys.readouterr().out.split()


def test_every_member_of_a_group_is_a_benchmark(project_root):
    folder = bench.folder_of(project_root)
    known = set(bench.names(folder))
    strange = {
        group: missing
        for group, members in bench.groups_of(folder).items()
        if (missing := set(members) - known)
    }
    assert not strange, "a group that names one that is not there runs none"


@pytest.mark.slow
def test_a_benchmark_runs_in_the_checkout_and_its_exit_code_is_passed_on(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = bench\n")
    for name, outcome in (("good", "True"), ("bad", "False")):
        (folder / f"test_bench_{name}.py").write_text(
            "import os, pathlib, pytest\n@pytest.mark.bench\ndef test_it():\n"
            f"    pathlib.Path('ran-{name}').touch()\n"
            f"    rows = pathlib.Path(os.environ['CITYBRAIN_BENCH_ROWS'])\n"
            f"    rows.open('a').write({ROW!r} + chr(10))\n    assert {outcome}\n"
        )
    monkeypatch.setattr(bench, "folder_of", lambda _root: folder)
    (folder / "groups.toml").write_text('[groups]\nboth = ["bad", "good"]\n')
    report = tmp_path / "report.json"
    for name, code in (("good", 0), ("bad", 1), ("both", 1)):
        with pytest.raises(typer.Exit) as ended:
            bench.bench(name, report=report)
        assert ended.value.exit_code == code
        assert (Path(tmp_path) / f"ran-{name}").exists() or name == "both"
    assert json.loads(report.read_text()) == {"rows": [json.loads(ROW)] * 2}
