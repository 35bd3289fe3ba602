"""`citybrain broker config`: what an operator says, and what an authority on this machine knows."""

import pytest
from authority_rig import ServedAuthority

from citybrain.cli import main


def run(*words):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    return ended.value.code


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    with ServedAuthority(folder / "ca") as served:
        served.joined("broker/main", folder / "broker", hosts=["127.0.0.1"])
        served.joined("district/riverside", folder / "riverside", hosts=["127.0.0.1"])
        for box in ("kept", "gone", "new-card"):
            served.joined(f"box/{box}", folder / box)
        served.joined("box/new-card", folder / "new-card-2", replaces="box/new-card")
        served.revoke("box/gone")
    return folder


def config(city, out, *words):
    return run("broker", "config", "-i", str(city / "broker"), "-o", str(out), *words)


def test_the_district_is_named_and_the_next_step_said(city, tmp_path, capsys):
    assert config(city, tmp_path / "out", "--district", "riverside") == 0
    said = capsys.readouterr().out
    assert "citybrain://chengdu/broker/main serves riverside on 0.0.0.0:8883" in said
    assert f"next: mosquitto -c {tmp_path}/out/mosquitto.conf" in said
    assert config(city, tmp_path / "out", "--district", "riverside") == 0
    assert "changed: nothing" in capsys.readouterr().out


def test_without_a_district_nothing_is_written(city, tmp_path, capsys):
    assert config(city, tmp_path / "out") == 1
    assert "no district is named" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_authority_here_says_who_joined_who_is_gone_and_which_list_is_newest(
    city, tmp_path, capsys
):
    assert config(city, tmp_path / "out", "--ca", str(city / "ca")) == 0
    assert "serves riverside on" in capsys.readouterr().out
    rules = (tmp_path / "out" / "acl").read_text()
    assert "user district/riverside\n" in rules
    assert "user box/gone\ntopic deny #\n" in rules
    assert "box/kept" not in rules
    assert "box/new-card" not in rules, "whose key was replaced goes on under its name"
    assert (tmp_path / "out" / "crl.pem").read_text() == (city / "ca" / "crl.pem").read_text()


def test_somebody_can_be_denied_by_name(city, tmp_path, capsys):
    out = tmp_path / "out"
    assert config(city, out, "--district", "riverside", "--deny", "box/box-x") == 0
    assert "denied: box/box-x" in capsys.readouterr().out
    assert "user box/box-x\ntopic deny #\n" in (out / "acl").read_text()


def test_a_box_and_its_sensor_are_named_together(city, tmp_path):
    out = tmp_path / "out"
    assert config(city, out, "--ca", str(city / "ca"), "--sensor", "box-a1=level-1") == 0
    line = "topic read citybrain/v1/riverside/sensor/level-1/readings\n"
    assert f"user box/box-a1\n{line}" in (out / "acl").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--district", "riverside", "--sensor", "level-1"), "is not BOX=SENSOR"),
        (("--district", "riverside", "--sensor", "box-a1=a/+"), "is no name"),
        (("--district", "River Side"), "its id is not 1-64"),
        (("--district", "riverside", "--deny", "box-x"), "is not ROLE/ID"),
        (("--district", "riverside", "--deny", "box/+"), "its id is not 1-64"),
        (("--district", "riverside", "--listen", "8883"), "is not"),
    ],
)
def test_what_could_break_a_line_of_the_rules_is_refused(city, tmp_path, capsys, words, says):
    assert config(city, tmp_path / "out", *words) != 0
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_an_identity_is_named(tmp_path, capsys):
    assert config(tmp_path, tmp_path / "out", "--district", "riverside") == 1
    assert f"{tmp_path}/broker" in capsys.readouterr().err
