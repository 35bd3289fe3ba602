"""Certificates are opened before a node needs them: every fault is said with its cure."""

import pytest
from authority_rig import ShiftedClock, open_authority
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from citybrain.clock import Timestamp
from citybrain.enrolment.check import TlsPaths, check_identity, check_tls
from citybrain.enrolment.keys import key_text, new_key
from citybrain.identity.name import parse_short
from citybrain.system_clock import SystemClock

DAY_US = 86_400_000_000
NOW = SystemClock().now()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    opened = open_authority(tmp_path_factory.mktemp("city") / "ca", ShiftedClock())
    yield opened
    opened.close()


@pytest.fixture
def joined(authority, tmp_path):
    """A data folder with an identity in it."""
    authority.issue_here(parse_short("chengdu", "box/box-a1"), tmp_path / "data" / "identity")
    return tmp_path / "data"


def problems(data, now=NOW):
    return [p.problem for p in check_identity(data, now).problems]


def test_a_node_without_an_identity_has_none_to_check(tmp_path):
    assert check_identity(tmp_path, NOW) is None


def test_a_good_identity_says_who_and_how_long(joined):
    found = check_identity(joined, NOW)
    assert not found.problems
    assert found.detail.startswith("citybrain://chengdu/box/box-a1, until 20")
    assert found.detail.endswith("(29 days left)") or found.detail.endswith("(30 days left)")


@pytest.mark.parametrize("file", ["key.pem", "cert.pem", "root.pem"])
@pytest.mark.parametrize("content", [None, b"", b"nothing", b"\xff\xfe\x00"])
def test_a_file_that_is_missing_or_damaged_is_named(joined, file, content):
    path = joined / "identity" / file
    path.unlink() if content is None else path.write_bytes(content)
    (problem,) = problems(joined)
    assert str(path) in problem


@pytest.mark.parametrize("file", ["name", "authority"])
def test_a_name_or_an_address_that_does_not_fit_is_named(joined, file):
    (joined / "identity" / file).write_text("citybrain://chengdu/box/box-a2\n")
    (problem,) = problems(joined)
    assert "box-a2" in problem


def test_a_key_that_does_not_fit_is_named(joined):
    path = joined / "identity" / "key.pem"
    path.write_bytes(key_text(new_key()))
    assert problems(joined) == [f"{path} is not the key of {joined}/identity/cert.pem"]


@pytest.mark.parametrize("name", ["key.pem", "name", ""])
def test_what_others_may_read_is_named(joined, name):
    path = joined / "identity" / name
    path.chmod(0o750 if path.is_dir() else 0o640)
    assert problems(joined) == [f"{path} is open to other users of this machine"]


def test_another_root_is_named(joined, tmp_path):
    other = open_authority(tmp_path / "other", ShiftedClock())
    other.close()
    (joined / "identity" / "root.pem").write_bytes((tmp_path / "other" / "root.pem").read_bytes())
    (problem,) = problems(joined)
    assert "does not come from an authority in" in problem


def test_an_expired_certificate_and_one_of_the_future_are_no_reason_not_to_start(joined):
    late = check_identity(joined, Timestamp(NOW + 31 * DAY_US))
    early = check_identity(joined, Timestamp(NOW - DAY_US))
    assert not late.problems and not early.problems
    assert late.notes[0].problem.startswith("the certificate ended at 20")
    assert "begins at 20" in early.notes[0].problem and "set the clock" in early.notes[0].remedy


def test_files_of_a_foreign_authority_are_checked_in_the_same_way(joined, tmp_path):
    folder = joined / "identity"
    paths = TlsPaths(
        key="broker.tls",
        ca=folder / "root.pem",
        cert=folder / "cert.pem",
        private_key=folder / "key.pem",
    )
    assert not check_tls(paths, NOW).problems
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(text)
    (found,) = check_tls(paths, NOW).problems
    assert found.key == "broker.tls" and "is not the key of" in found.problem


def test_a_certificate_without_those_between_does_not_lead_to_the_root(joined):
    path = joined / "identity" / "cert.pem"
    first = path.read_text().split("-----END CERTIFICATE-----")[0]
    path.write_text(first + "-----END CERTIFICATE-----\n")
    (found,) = check_identity(joined, NOW).problems
    assert "does not come from" in found.problem
    assert "certificates between both" in found.remedy
