"""In whose name commands speak: from a token to an operator's act under a proved name."""

import asyncio
import threading
from pathlib import Path

import pytest
from authority_rig import ServedAuthority, joined_long_ago, points_at
from joined_tls import HERE, JoinedTls
from served_district import ServedDistrict

from citybrain.cli import main
from citybrain.cli.identity import connection
from citybrain.enrolment.folder import read_identity
from citybrain.identity.token import encode_token
from citybrain.system_clock import SystemClock


def run(*words):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    return ended.value.code


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Where this user's identity goes."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CITYBRAIN_IDENTITY", "")  # so that it is as before, whatever --identity set
    monkeypatch.delenv("CITYBRAIN_IDENTITY")
    return tmp_path / "config" / "citybrain" / "identity"


@pytest.fixture
def joined(tmp_path):
    made = JoinedTls(tmp_path)
    yield made
    made.close()


@pytest.fixture
def district(joined):
    """A district with certificates, in a thread; gives its address."""
    started, state = threading.Event(), {}

    async def serve():
        async with ServedDistrict(guard=joined.guard("district/riverside")) as node:
            state.update(loop=asyncio.get_running_loop(), stop=asyncio.Event(), at=node.address)
            started.set()
            await state["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(30)
    yield state["at"]
    state["loop"].call_soon_threadsafe(state["stop"].set)
    thread.join(30)


REPORT = ("district", "report", "--kind", "crowding", "--at", "30.66,104.06", "--text", "a crowd")


def test_a_person_logs_in_once_and_is_known_from_then_on(tmp_path, home, capsys):
    with ServedAuthority(tmp_path / "ca") as served:
        token = encode_token(served.token("operator/li-wei"))
        assert run("login", token) == 0
    assert "joined as citybrain://chengdu/operator/li-wei" in capsys.readouterr().out
    assert str(read_identity(home).name) == "citybrain://chengdu/operator/li-wei"
    assert connection.identity_folder() == home


def test_a_token_of_a_node_makes_no_person(tmp_path, home, capsys):
    with ServedAuthority(tmp_path / "ca") as served:
        assert run("login", encode_token(served.token("box/box-a1"))) == 1
    assert "no person" in capsys.readouterr().err
    assert not home.exists()


def test_a_command_speaks_with_the_identity_that_is_named(joined, district, capsys):
    joined("operator/li-wei")
    named = str(joined.at("operator/li-wei"))
    assert run("--identity", named, *REPORT, "--address", district, "--operator", "Mayor") == 0
    assert "reported: R-" in capsys.readouterr().out


def test_a_role_without_the_right_is_refused_by_name(joined, district, capsys, monkeypatch):
    joined("auditor/he-ping")
    monkeypatch.setenv("CITYBRAIN_IDENTITY", str(joined.at("auditor/he-ping")))
    assert run(*REPORT, "--address", district) == 1
    assert "auditor/he-ping may not call" in capsys.readouterr().err


def test_a_node_on_another_machine_is_not_reached_without_an_identity(capsys):
    assert run(*REPORT, "--address", "10.0.0.5:7101") == 1
    told = capsys.readouterr().err
    assert "no identity" in told
    assert "citybrain login TOKEN" in told


def test_an_empty_name_is_nobody_although_there_is_an_identity(joined, home, monkeypatch):
    joined("operator/li-wei")
    home.parent.mkdir(parents=True)
    joined.at("operator/li-wei").rename(home)
    assert connection.identity_folder() == home
    monkeypatch.setenv("CITYBRAIN_IDENTITY", "")
    assert connection.identity_folder() is None


def test_a_certificate_that_is_due_is_renewed_by_the_way(tmp_path):
    box = tmp_path / "identity"
    joined_long_ago(tmp_path / "ca", box, days=40, short="operator/li-wei")
    before = read_identity(box).serial
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        connection.keep_up(box, SystemClock())
    assert read_identity(box).serial != before


def test_an_authority_that_is_away_keeps_no_command_from_running(tmp_path, capsys):
    box = tmp_path / "identity"
    joined_long_ago(tmp_path / "ca", box, days=25, short="operator/li-wei")
    (box / "authority").write_text(f"{HERE}:1\n")
    connection.keep_up(box, SystemClock())
    assert "could not be renewed" in capsys.readouterr().err


def test_the_profile_stands_where_programs_of_a_user_keep_theirs(monkeypatch):
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert connection.profile_folder() == Path.home() / ".config" / "citybrain" / "identity"
