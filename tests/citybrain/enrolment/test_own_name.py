"""Who a node is, its certificate says; a configuration that says otherwise is refused."""

import shutil

import pytest
from authority_rig import ServedAuthority

from citybrain.config.fields import BrokerConfig, TlsFiles
from citybrain.domain.principal import Role
from citybrain.enrolment.own_name import NodeName, name_at_broker, own_name
from citybrain.errors import ConfigError

BOX = NodeName(role=Role.BOX, id="box-a1", key="agent")


@pytest.fixture(scope="module")
def identities(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    with ServedAuthority(folder / "ca") as served:
        for short in ("box/box-a1", "district/box-a1"):
            served.joined(short, folder / short.replace("/", "-"))
    return folder


@pytest.fixture
def data(identities, tmp_path):
    shutil.copytree(identities / "box-box-a1", tmp_path / "identity")
    return tmp_path


def refused(*args):
    with pytest.raises(ConfigError) as caught:
        own_name(*args)
    (problem,) = caught.value.problems
    return problem


def test_a_node_that_has_not_joined_presents_nothing(tmp_path):
    assert own_name(tmp_path, None, BOX) is None


@pytest.mark.parametrize("host", ["10.0.0.5", "broker.riverside.example"])
def test_lab_mode_speaks_with_no_broker_of_another_machine(tmp_path, data, host):
    broker = BrokerConfig(host=host)
    with pytest.raises(ConfigError) as caught:
        name_at_broker(tmp_path / "new", broker, BOX)
    (problem,) = caught.value.problems
    assert problem.key == "broker.host" and "citybrain ca token box/box-a1" in problem.remedy
    assert name_at_broker(data, broker, BOX) is not None, "after it has joined"
    for own in ("127.0.0.1", "::1", "localhost"):
        assert name_at_broker(tmp_path / "new", BrokerConfig(host=own), BOX) is None


def test_an_identity_beside_the_data_is_found(data):
    found = own_name(data, None, BOX)
    assert str(found.name) == "citybrain://chengdu/box/box-a1"
    assert found.files == TlsFiles(
        ca=f"{data}/identity/root.pem",
        cert=f"{data}/identity/cert.pem",
        key=f"{data}/identity/key.pem",
    )


def test_another_id_is_refused_with_both_names_and_the_cure(data):
    problem = refused(data, None, NodeName(role=Role.BOX, id="box-b2", key="agent"))
    assert problem.key == "agent"
    assert "'box-b2'" in problem.problem
    assert "citybrain://chengdu/box/box-a1" in problem.problem
    assert "token for box/box-b2" in problem.remedy


def test_the_same_id_of_another_role_is_refused(data):
    problem = refused(data, None, NodeName(role=Role.DISTRICT, id="box-a1", key="district"))
    assert problem.key == "district"
    assert "token for district/box-a1" in problem.remedy


def test_certificates_of_the_table_are_compared_too(identities, tmp_path):
    folder = identities / "district-box-a1"
    files = TlsFiles(ca=f"{folder}/root.pem", cert=f"{folder}/cert.pem", key=f"{folder}/key.pem")
    assert "district/box-a1" in refused(tmp_path, files, BOX).problem


def test_an_identity_that_cannot_be_read_is_refused(data):
    (data / "identity" / "cert.pem").unlink()
    problem = refused(data, None, BOX)
    assert f"{data}/identity/cert.pem" in problem.problem
