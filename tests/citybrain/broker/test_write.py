"""The broker's files: whole, private, the same when written again."""

import stat

import pytest

from citybrain.broker.errors import BrokerConfigError
from citybrain.broker.mosquitto import BrokerFiles, BrokerOptions, configuration_text
from citybrain.broker.write import BrokerRules, write_broker_files

RULES = BrokerRules(districts=("riverside",))


@pytest.fixture
def write(authority, tmp_path):
    def written(rules=RULES, identity="broker", **options):
        options = {"host": "127.0.0.1", "port": 8883, **options}
        return write_broker_files(tmp_path / "out", authority.folder_of(identity), rules, **options)

    return written


def test_everything_is_there_for_its_owner_alone(write, tmp_path, authority):
    made = write()
    assert str(made.name) == "citybrain://chengdu/broker/main"
    assert made.configuration == tmp_path / "out" / "mosquitto.conf"
    assert set(made.changed) == {"crl.pem", "acl", "mosquitto.conf", "firewall.nft"}
    for path in (tmp_path / "out", tmp_path / "out" / "data"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for name in made.changed:
        assert stat.S_IMODE((tmp_path / "out" / name).stat().st_mode) == 0o600
    text = made.configuration.read_text()
    identity, out = authority.folder_of("broker"), tmp_path / "out"
    for line in (
        "listener 8883 127.0.0.1",
        f"cafile {identity}/root.pem",
        f"certfile {identity}/cert.pem",
        f"keyfile {identity}/key.pem",
        f"crlfile {out}/crl.pem",
        f"acl_file {out}/acl",
        f"persistence_location {out}/data/",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",
        "allow_anonymous false",
        "set_tcp_nodelay true",
        "log_type subscribe",
    ):
        assert line in text.splitlines(), line
    assert "log_type debug" not in text


def test_written_again_nothing_changes_and_something_else_changes_what_is_other(write):
    write()
    assert write().changed == ()
    assert write(BrokerRules(districts=("riverside", "oldtown"))).changed == ("acl",)
    assert write(BrokerRules(districts=("riverside", "oldtown")), port=8884).changed == (
        "mosquitto.conf",
        "firewall.nft",
    )


def test_a_file_that_was_opened_to_others_or_edited_is_mended(write, tmp_path):
    write()
    (tmp_path / "out" / "acl").write_text("topic readwrite #\n")
    assert write().changed == ("acl",)


def test_an_identity_that_is_no_brokers_is_refused(write, tmp_path):
    with pytest.raises(BrokerConfigError, match=r"box/box-a1, and a broker's is needed"):
        write(identity="box-a1")
    assert not (tmp_path / "out").exists()


def test_the_list_of_revoked_certificates_never_goes_back_to_an_older_one(
    write, tmp_path, authority
):
    write()
    authority.joined("box/box-gone", tmp_path / "gone")
    authority.revoke("box/box-gone")
    newest = (authority.folder / "crl.pem").read_text()
    write(BrokerRules(districts=("riverside",), revoked=newest))
    assert (tmp_path / "out" / "crl.pem").read_text() == newest
    assert write().changed == ()
    assert (tmp_path / "out" / "crl.pem").read_text() == newest


def test_looking_into_denials_is_asked_for():
    from pathlib import Path

    here = Path("/x")
    files = BrokerFiles(root=here, certificate=here, key=here, revoked=here, rules=here, data=here)
    options = BrokerOptions(host="::", port=8883, user="", log_denied=True)
    text = configuration_text(files, options)
    assert text.splitlines()[-1] == "log_type debug"
    assert "\nuser " not in text
    assert "listener 8883 ::" in text.splitlines()


def test_the_firewall_is_for_the_broker_s_port_alone(write):
    text = write(port=8884).firewall.read_text()
    assert "tcp dport != 8884 accept" in text
    assert text.index("accept\n") < text.index("drop\n")
