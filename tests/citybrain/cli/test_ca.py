"""`citybrain ca` and `citybrain street|district|city join`: from an empty folder to an identity by
one command each, and back out."""

import io
import json
import signal
import stat
import subprocess
import sys

import pytest
from authority_rig import ServedAuthority, joined_long_ago, open_authority

from citybrain.cli import main
from citybrain.enrolment.folder import read_identity
from citybrain.identity.token import decode_token, encode_token
from citybrain.system_clock import SystemClock


def tokens_in(folder):
    authority = open_authority(folder, SystemClock())
    try:
        return authority.store.tokens()
    finally:
        authority.close()


def run(*words):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    return ended.value.code


@pytest.fixture
def folder(tmp_path):
    """An authority that the command line made."""
    made = tmp_path / "ca"
    assert run("ca", "init", "-d", str(made), "--city", "chengdu", "--address", "ca.a:7443") == 0
    return made


@pytest.fixture
def served(tmp_path):
    with ServedAuthority(tmp_path / "ca") as running:
        yield running


@pytest.fixture
def box(tmp_path):
    """A box's configuration: broken but for what joining needs."""
    config = tmp_path / "street.toml"
    config.write_text(f'agent = "box-a1"\ndata_dir = "{tmp_path}/data"\ncameras = 7\n')
    return config


def test_init_says_what_to_do_next_and_is_done_once(tmp_path, capsys):
    folder = tmp_path / "ca"
    run("ca", "init", "-d", str(folder), "--city", "chengdu", "--address", "ca.a:7443")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"made the authority of chengdu in {folder}; root ")
    assert lines[1].startswith(f"move {folder}/root-key.pem to a medium that is locked away")
    assert lines[2] == f"next: citybrain ca serve --dir {folder} --listen 0.0.0.0:7443"
    assert run("ca", "init", "-d", str(folder), "--city", "x", "--address", "a:1") == 1
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("city", "address", "says"),
    [
        ("Cheng Du", "a:1", "its city is not 1-64"),
        ("chengdu", "ca.example", "is no HOST:PORT"),
        ("chengdu", "a:99999", "is no HOST:PORT"),
    ],
)
def test_init_takes_no_city_and_no_address_that_could_not_be_used(
    tmp_path, capsys, city, address, says
):
    made = tmp_path / "ca"
    assert run("ca", "init", "-d", str(made), "--city", city, "--address", address) == 1
    assert says in capsys.readouterr().err
    assert not made.exists()


def test_a_token_stands_alone_on_stdout(folder, capsys):
    capsys.readouterr()
    assert run("ca", "token", "box/box-a1", "-d", str(folder), "--hours", "3") == 0
    printed = capsys.readouterr()
    token = decode_token(printed.out)
    assert (str(token.name), token.address) == ("citybrain://chengdu/box/box-a1", "ca.a:7443")
    assert "once, within 3 hours: citybrain street join TOKEN" in printed.err


def test_what_listens_is_reached_on_its_own_machine_too(folder, capsys):
    assert run("ca", "token", "district/a", "-d", str(folder), "--host", "10.0.0.5") == 0
    assert [one.hosts for one in tokens_in(folder)] == [("10.0.0.5", "127.0.0.1", "localhost")]


def test_a_new_card_has_the_hosts_of_the_old_one(tmp_path, served, capsys):
    served.joined("district/a", tmp_path / "identity", hosts=("10.0.0.5",))
    folder = str(served.folder)
    assert run("ca", "token", "--replaces", "district/a", "-d", folder) == 0
    assert "nobody can check it" not in capsys.readouterr().err
    made = next(one for one in tokens_in(served.folder) if one.used_at is None)
    assert made.hosts == ("10.0.0.5",)


@pytest.mark.parametrize(
    ("name", "command"),
    [("duty-officer/li-na", "login"), ("city/city", "city join"), ("broker/main", "ca join")],
)
def test_a_token_comes_with_the_command_that_uses_it(folder, capsys, name, command):
    run("ca", "token", name, "-d", str(folder))
    assert f"within 48 hours: citybrain {command} TOKEN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say who joins"),
        (("box-a1",), "is not ROLE/ID"),
        (("king/a",), "there is no role 'king'"),
        (("--replaces", "box/box-a1"), "never joined"),
        (("box/a", "--hours", "0"), "a token lasts"),
        (("district/a", "--host", "a b"), "no host name"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_the_cure(folder, capsys, words, says):
    assert run("ca", "token", *words, "-d", str(folder)) != 0
    assert says in " ".join(capsys.readouterr().err.split())


def test_a_token_of_a_server_without_hosts_names_the_option(folder, capsys):
    run("ca", "token", "district/riverside", "-d", str(folder))
    assert "without --host nobody can check it as a server" in capsys.readouterr().err


def test_without_an_authority_every_command_says_how_to_make_one(tmp_path, capsys):
    for words in (("token", "box/a"), ("list",), ("revoke", "box/a", "-r", "x"), ("serve",)):
        assert run("ca", *words, "-d", str(tmp_path / "none")) == 1
        assert "Make one with `citybrain ca init`" in capsys.readouterr().err


def test_a_box_joins_by_one_command_and_its_broken_configuration_does_not_matter(
    served, box, tmp_path, capsys
):
    token = encode_token(served.token("box/box-a1"))
    assert run("street", "join", token, "--config", str(box)) == 0
    printed = capsys.readouterr().out
    assert "joined as citybrain://chengdu/box/box-a1\ncertificate until 20" in printed
    assert f"identity in {tmp_path}/data/identity" in printed
    assert str(read_identity(tmp_path / "data" / "identity").name).endswith("box/box-a1")
    assert run("street", "join", token, "--config", str(box)) == 0, "again: nothing changes"


def test_a_token_can_come_by_standard_input(served, box, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(encode_token(served.token("box/box-a1")) + "\n"))
    assert run("street", "join", "-", "--config", str(box)) == 0
    assert read_identity(tmp_path / "data" / "identity").name.id == "box-a1"


@pytest.mark.parametrize(("tier", "key"), [("district", "district"), ("city", "name.en")])
def test_a_node_joins_by_its_own_command(served, tmp_path, tier, key):
    config = tmp_path / "node.toml"
    config.write_text(f'{key} = "riverside"\ndata_dir = "{tmp_path}/node"\n')
    token = encode_token(served.token(f"{tier}/riverside", hosts=["10.0.0.5"]))
    assert run(tier, "join", token, "--config", str(config)) == 0
    assert read_identity(tmp_path / "node" / "identity").name.id == "riverside"


def test_a_token_of_another_box_or_role_is_not_used(served, box, tmp_path, capsys):
    other = encode_token(served.token("box/box-b7"))
    assert run("street", "join", other, "--config", str(box)) == 1
    assert "is for 'box-a1', and this token for citybrain://chengdu/box/box-b7" in (
        capsys.readouterr().err
    )
    district = encode_token(served.token("district/riverside"))
    assert run("street", "join", district, "--config", str(box)) == 1
    assert "Use `citybrain district join`" in capsys.readouterr().err
    assert not (tmp_path / "data" / "identity").exists()


def test_where_the_identity_goes_can_be_said_without_a_configuration(served, tmp_path, capsys):
    token = encode_token(served.token("box/box-a1"))
    assert run("street", "join", token, "-c", str(tmp_path / "none.toml")) == 2
    assert "there is no such file" in capsys.readouterr().err
    place = tmp_path / "elsewhere"
    assert run("street", "join", token, "--identity", str(place)) == 0
    assert read_identity(place).name.id == "box-a1"


def test_a_cut_off_token_is_named(box, capsys):
    assert run("street", "join", "cbjoin1_abc", "--config", str(box)) == 1
    assert "Copy the whole line" in capsys.readouterr().err


def test_a_broker_joins_renews_is_listed_and_revoked(served, tmp_path, capsys):
    place, ca = str(tmp_path / "identity"), str(served.folder)
    token = encode_token(served.token("broker/b", hosts=["10.0.0.5"]))
    assert run("ca", "join", token, "-i", place) == 0
    assert run("ca", "renew", "-i", place) == 0
    assert "citybrain://chengdu/broker/b: certificate until" in capsys.readouterr().out
    assert run("ca", "list", "-d", ca) == 0
    listed = capsys.readouterr().out
    assert "citybrain://chengdu/broker/b" in listed and "good" in listed and "10.0.0.5" in listed
    assert run("ca", "revoke", "broker/b", "-d", ca, "-r", "sold") == 0
    said = capsys.readouterr().out
    assert "revoked citybrain://chengdu/broker/b: 1 certificate(s)" in said
    assert "next: `citybrain broker config …` again at each broker" in said
    assert run("ca", "renew", "-i", place) == 1
    assert "the authority refused (revoked)" in capsys.readouterr().err
    denied = json.loads((served.folder / "denied.json").read_text())
    assert [one["reason"] for one in denied["certificates"]] == ["sold"]
    assert run("ca", "list", "--all", "-d", ca) == 0
    listed = capsys.readouterr().out
    assert "revoked at" in listed and "sold" in listed


def test_open_tokens_are_listed_without_their_secret(served, capsys):
    token = served.token("box/box-a1")
    run("ca", "list", "-d", str(served.folder))
    listed = capsys.readouterr().out
    assert "citybrain://chengdu/box/box-a1" in listed and token.secret not in listed


def test_serve_says_that_it_is_ready_and_ends_in_order(tmp_path):
    words = [sys.executable, "-m", "citybrain.cli.main", "ca"]
    made = tmp_path / "ca"
    given = ["--city", "chengdu", "--address", "127.0.0.1:7443"]
    subprocess.run([*words, "init", "-d", str(made), *given], check=True, capture_output=True)
    serving = subprocess.Popen(
        [*words, "serve", "-d", str(made), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout.readline().startswith("ready ca chengdu enrolment=")
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(20) == 0
    finally:
        serving.kill()
        serving.communicate()


def test_an_expired_certificate_does_not_keep_a_coordinator_from_starting(tmp_path, capsys):
    """Its unit runs `check` first; the node renews the certificate when it runs."""
    config = city_config(tmp_path)
    joined_long_ago(tmp_path / "ca", tmp_path / "node" / "identity", days=40, short="city/c")
    assert run("city", "check", "-c", str(config)) == 0
    assert "note: certificate identity: the certificate ended at 20" in capsys.readouterr().out


@pytest.mark.parametrize("given", ["box-a1", "box/box-a1"])
def test_a_lost_box_is_replaced_by_its_id(served, tmp_path, capsys, given):
    served.joined("box/box-a1", tmp_path / "identity")
    assert run("ca", "token", "--replaces", given, "-d", str(served.folder)) == 0
    assert decode_token(capsys.readouterr().out).name.short == "box/box-a1"


def city_config(tmp_path):
    config = tmp_path / "city.toml"
    config.write_text(
        f'data_dir = "{tmp_path}/node"\n[name]\nen = "Chengdu"\nzh = "成都"\n[ray]\nmode = "off"\n'
    )
    return config


def test_check_opens_the_certificates_of_a_coordinator(served, tmp_path, capsys):
    config = city_config(tmp_path)
    assert run("city", "check", "-c", str(config)) == 0
    assert "no certificates: lab mode" in capsys.readouterr().out
    run("city", "join", encode_token(served.token("city/c")), "-c", str(config))
    capsys.readouterr()
    assert run("city", "check", "-c", str(config)) == 0
    printed = capsys.readouterr().out
    assert "certificate identity: good. citybrain://chengdu/city/c, until" in printed
    assert "lab mode" not in printed
    key = tmp_path / "node" / "identity" / "key.pem"
    key.chmod(stat.S_IRUSR | stat.S_IROTH)
    assert run("city", "check", "-c", str(config)) == 2
    assert "is open to other users" in capsys.readouterr().err


def test_check_opens_the_certificates_of_a_district(tmp_path, project_root, capsys):
    example = (project_root / "deploy" / "examples" / "district.toml").read_text()
    identity = tmp_path / "node" / "identity"
    joined_long_ago(tmp_path / "ca", identity, days=1, short="district/riverside")
    files = {"ca": "root.pem", "cert": "cert.pem", "key": "none.pem"}
    tls = "\n".join(f'{key} = "{identity}/{file}"' for key, file in files.items())
    config = tmp_path / "district.toml"
    text = example.replace("run/riverside", str(tmp_path / "node"))
    text = text.replace("[city]", f"[broker.tls]\n{tls}\n[city]", 1)
    assert "none.pem" in text, "the example has a table behind [broker]"
    config.write_text(text)
    assert run("district", "check", "-c", str(config)) == 2
    printed = capsys.readouterr()
    assert "certificate identity: good. citybrain://chengdu/district/riverside" in printed.out
    assert f"broker.tls: {identity}/none.pem cannot be read" in printed.err
