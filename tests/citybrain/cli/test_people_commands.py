"""`citybrain people` and `district crew-link`: beside a running node, passwords from the keyboard
or standard input alone."""

import io
import re

import pytest
import segno
from typer.testing import CliRunner

from citybrain.cli.main import build_all, main
from citybrain.cli.people import app
from citybrain.clock import Timestamp
from citybrain.domain.principal import Role
from citybrain.errors import ConfigError
from citybrain.people.secret import hash_of
from citybrain.people.store import (
    FILE,
    FederatedPerson,
    PeopleStore,
    Session,
    ensure_store,
    federated_key,
)
from district_node.cli import app as district_app

PASSWORD = "correct horse battery staple"
DISTRICT = """
district = "riverside"
data_dir = "{folder}"
name = {{ en = "Riverside", zh = "滨江" }}
centre = {{ lat = 30.66, lon = 104.06 }}
[listen]
web = "{web}"
[[unit]]
id = "riverside-1"
name = "Patrol 1"
capabilities = ["patrol"]
place = {{ lat = 30.66, lon = 104.06 }}
"""


@pytest.fixture
def run(tmp_path):
    def command(*words, password=None):
        entered = None if password is None else password + "\n"
        return CliRunner().invoke(app, [*words, "--data", str(tmp_path)], input=entered)

    return command


@pytest.fixture
def store(tmp_path):
    def opened():
        return PeopleStore(tmp_path / FILE)

    return opened


@pytest.fixture
def district(tmp_path):
    def written(web="127.0.0.1:8101"):
        path = tmp_path / "district.toml"
        path.write_text(DISTRICT.format(folder=tmp_path, web=web), "utf-8")
        return str(path)

    return written


def test_a_person_is_added_listed_and_removed(run, store):
    assert "nobody signs in" in run("list").output
    added = run("add", "Li Na", "--role", "operator", "--role", "duty-officer", password=PASSWORD)
    assert added.output == "Li Na may sign in as operator, duty_officer\n"
    listed = run("list").output
    assert re.search(r"Li Na +operator, duty_officer", listed)
    assert PASSWORD not in listed
    assert run("remove", "Li Na").output.endswith("0 session(s) ended\n")
    assert store().accounts() == ()


def test_a_password_is_no_argument_of_any_command():
    people = build_command("people")
    for command in people.commands.values():
        names = {name for one in command.params for name in one.opts}
        assert not {"--password", "-p"} & names


def build_command(name):
    import typer.main

    return typer.main.get_command(build_all()).commands[name]


def test_a_new_password_and_a_revocation_end_sessions(run, store):
    run("add", "Li Na", "--role", "operator", password=PASSWORD)
    assert "0 session(s) ended" in run("password", "Li Na", password="other words here").output
    assert run("revoke", "Li Na").output == "0 session(s) ended\n"
    assert run("revoke", "--all").output == "0 session(s) ended\n"
    assert run("sessions").output == "nobody is signed in\n"
    assert run("revoke", "Li Na", "--all").exit_code == 2


def test_a_token_is_printed_alone_and_a_hash_of_it_is_kept(run, store):
    made = run("token", "hotline", "--role", "source")
    token = made.stdout.strip()
    assert re.fullmatch(r"cbtoken_[0-9a-f]{64}", token)
    assert store().token(hash_of(token)).role is Role.SOURCE
    assert "hotline" in run("list").output
    assert run("revoke", "--token", "hotline").exit_code == 0
    assert store().token(hash_of(token)) is None


def test_what_cannot_be_says_so_and_exits_with_1(tmp_path, capsys):
    words = ["people", "add", "Li Na", "--role", "king", "--data", str(tmp_path)]
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 1
    assert "there is no role 'king'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["people", "list", "--data", str(tmp_path / "nowhere")])
    assert "Give the node's data_dir" in capsys.readouterr().err


def test_the_first_person_may_be_there_before_the_node(tmp_path):
    folder = tmp_path / "riverside"
    words = ["add", "Li Na", "--role", "admin", "--data", str(folder)]
    assert CliRunner().invoke(app, words, input=PASSWORD + "\n").exit_code == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    words[-1] = str(tmp_path / "no" / "such")
    assert CliRunner().invoke(app, words, input=PASSWORD + "\n").exit_code == 1


def test_check_refuses_pages_that_strangers_reach(district, run):
    open_to_all = district(web="0.0.0.0:8101")
    refused = CliRunner().invoke(district_app, ["check", "--config", open_to_all])
    assert isinstance(refused.exception, ConfigError)
    assert "citybrain people add NAME --role admin --data" in str(refused.exception)
    run("add", "Li Na", "--role", "admin", password=PASSWORD)
    assert CliRunner().invoke(district_app, ["check", "--config", open_to_all]).exit_code == 0


def test_a_persons_link_is_printed_alone(run, store):
    url = ("--url", "https://q.example/")
    assert "no account of 'Li Na'" in str(run("link", "Li Na", *url).exception)
    run("add", "Li Na", "--role", "operator", password=PASSWORD)
    made = run("link", "li na", *url)
    found = re.fullmatch(r"https://q\.example/sign-in-link#([0-9a-f]{64})\n", made.stdout)
    assert store().link(hash_of(found[1]), 0).key == "li na"
    assert "15 min" in made.stderr


def drawn(link):
    """Its QR code, as a terminal shows it."""
    shown = io.StringIO()
    segno.make(link, error="m").terminal(out=shown, compact=True)
    return shown.getvalue()


def test_a_crews_link_is_printed_alone_for_a_unit_that_there_is(district, store):
    words = ["crew-link", "riverside-1", "--config", district(), "--url", "https://q.example/"]
    made = CliRunner().invoke(district_app, words)
    link = made.stdout.strip().splitlines()[0]
    found = re.fullmatch(r"https://q\.example/crew-link/([0-9a-f]{64})", link)
    assert store().link(hash_of(found[1]), 0).unit == "riverside-1"
    assert drawn(link) in made.stderr
    unknown = CliRunner().invoke(district_app, [words[0], "riverside-9", *words[2:]])
    assert "no unit 'riverside-9'" in str(unknown.exception)
    nowhere = CliRunner().invoke(district_app, words[:4])
    assert "--url https://queue.riverside.example" in str(nowhere.exception)


def test_people_of_a_provider_outside_are_listed_revoked_and_forgotten(run, store, tmp_path):
    ensure_store(tmp_path)
    key, now = federated_key("https://id.example", "u-1"), Timestamp(1_750_000_000_000_000)
    opened = store()
    opened.set_federated(
        FederatedPerson(
            key=key,
            name="li.na",
            roles=(Role.OPERATOR,),
            issuer="https://id.example",
            rules="r",
            signed_in_at=now,
        )
    )
    opened.add_session(Session(id_hash="h", key=key, unit="", begun_at=now, used_at=now))
    opened.close()
    listed = run("list").output
    assert "no accounts of this node" in listed
    assert re.search("li.na +operator +https://id.example .* 1", listed)
    assert "li.na" in run("sessions").output
    assert "1 session(s) ended" in run("revoke", "Li.Na").output
    assert run("remove", "li.na").exit_code == 0
    assert "lab mode" in run("list").output
