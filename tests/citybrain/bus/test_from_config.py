"""From a configuration's words about the broker to what the bus connects with."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from citybrain.bus.from_config import bus_config, node_bus_config
from citybrain.bus.paho import BusLogin, BusTls
from citybrain.config.fields import BrokerConfig, TlsFiles
from citybrain.errors import BusError


def test_without_a_username_there_is_no_login():
    config = bus_config(BrokerConfig(host="broker.example", port=8883), client_id="box-a1")
    assert (config.host, config.port, config.client_id, config.login, config.tls) == (
        "broker.example",
        8883,
        "box-a1",
        None,
        None,
    )


def test_the_certificates_are_handed_on():
    config = bus_config(
        BrokerConfig(tls=TlsFiles(ca="ca.pem", cert="box.pem", key="box.key")), client_id="box-a1"
    )
    assert config.tls == BusTls(ca=Path("ca.pem"), certificate=Path("box.pem"), key=Path("box.key"))


@pytest.mark.parametrize(
    "text", ["öffne dich", "öffne dich\n", "öffne dich\r\n", "öffne dich\na remark\n"]
)
def test_the_password_is_the_first_line_of_its_file(tmp_path, text):
    (tmp_path / "secret").write_bytes(text.encode())
    config = bus_config(
        BrokerConfig(username="box-a1", password_file=str(tmp_path / "secret")), client_id="box-a1"
    )
    assert config.login == BusLogin(username="box-a1", password="öffne dich")
    assert "öffne" not in repr(config)


def test_a_username_may_stand_alone():
    assert bus_config(BrokerConfig(username="box-a1"), client_id="box-a1").login == BusLogin(
        username="box-a1"
    )


def test_a_password_needs_a_username(tmp_path):
    (tmp_path / "secret").write_text("x")
    with pytest.raises(ValidationError, match="without a username"):
        BrokerConfig(password_file=str(tmp_path / "secret"))


def test_an_empty_file_is_no_password(tmp_path):
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(ValidationError, match="is empty"):
        BrokerConfig(username="box-a1", password_file=str(tmp_path / "secret"))


def test_a_password_that_went_away_after_the_configuration_was_read_is_named(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    broker = BrokerConfig(username="box-a1", password_file=str(secret))
    secret.unlink()
    with pytest.raises(BusError, match=r"no login at the broker as 'box-a1'.*cannot be read"):
        bus_config(broker, client_id="box-a1")


FILES = TlsFiles(ca="root.pem", cert="cert.pem", key="key.pem")


PLAIN = BrokerConfig()


def node(broker=PLAIN, tls=FILES):
    return node_bus_config(broker, district="riverside", name="box/box-a1", tls=tls)


def test_a_node_is_called_at_the_broker_what_its_certificate_says():
    config = node()
    assert (config.client_id, config.port) == ("box/box-a1", 8883)
    assert config.tls == BusTls(
        ca=Path("root.pem"), certificate=Path("cert.pem"), key=Path("key.pem")
    )
    assert config.probe == "citybrain/v1/riverside/box/box-a1/probe"


def test_a_node_without_certificates_takes_the_plain_port_and_an_id_of_its_district():
    config = node(tls=None)
    assert (config.client_id, config.port, config.tls) == ("riverside-box-box-a1", 1883, None)
    assert config.probe == "citybrain/v1/riverside/box/box-a1/probe"


def test_a_port_that_is_written_counts():
    assert node(BrokerConfig(port=9001)).port == 9001
    assert node(BrokerConfig(port=9001), tls=None).port == 9001


def test_the_certificates_of_the_brokers_table_count_before_others():
    broker = BrokerConfig(tls=TlsFiles(ca="a", cert="b", key="c"))
    assert node(broker).tls.ca == Path("a")
