"""The authority's folder is made whole and for its owner alone; what it publishes is signed, whole,
and says who is revoked."""

import subprocess

import pytest
from authority_rig import CITY, open_authority

from citybrain import canonical_json
from citybrain.ca.folder import make_authority, read_authority_files
from citybrain.ca.store import TokenRow
from citybrain.enrolment import limits
from citybrain.enrolment.certificates import (
    fingerprint,
    is_issued_by,
    leads_to,
    name_in,
    read_certificates,
    serial_of,
)
from citybrain.enrolment.denied import DeniedList, revoked_serials
from citybrain.enrolment.folder import read_identity
from citybrain.enrolment.keys import new_key
from citybrain.enrolment.limits import OPEN_TOKENS
from citybrain.errors import StoreError
from citybrain.identity.errors import AuthorityError, CertificateError
from citybrain.identity.token import secret_hash
from citybrain.limits import Limit
from citybrain.random_ids import RandomIds

DAY_S = 86_400


def joined(desk, short="box/box-a1", key=None):
    given = desk.join(desk.token(short), key)
    return read_certificates(given.certificate.encode(), "answer")[0]


def test_everything_in_the_folder_is_for_its_owner_alone(desk):
    joined(desk)
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    folder = desk.authority.files.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        [
            "root.pem",
            "root-key.pem",
            "issuing.pem",
            "issuing-key.pem",
            "ca.db",
            "crl.pem",
            "denied.json",
        ],
        0o600,
    )


def test_of_a_token_the_folder_holds_a_hash_alone(desk):
    token = desk.token()
    content = b"".join(path.read_bytes() for path in desk.authority.files.folder.iterdir())
    assert token.secret.encode() not in content
    assert secret_hash(token.secret).encode() in content
    assert token.root == fingerprint(desk.authority.files.root)


def test_an_authority_is_made_once(tmp_path, clock):
    folder = tmp_path / "ca"
    open_authority(folder, clock).close()
    before = (folder / "root.pem").read_bytes()
    with pytest.raises(AuthorityError, match="is there already and not empty"):
        make_authority(folder, city=CITY, address="a:1", now=clock.now(), ids=RandomIds())
    assert (folder / "root.pem").read_bytes() == before


def test_a_making_that_was_cut_off_leaves_no_authority_and_can_be_repeated(tmp_path, clock):
    folder = tmp_path / "ca"
    (tmp_path / "ca.making").mkdir()
    (tmp_path / "ca.making" / "root-key.pem").write_text("half")
    with pytest.raises(AuthorityError, match="there is no authority"):
        read_authority_files(folder)
    folder.mkdir()  # an empty folder may be there
    open_authority_made(folder, clock)
    assert not (tmp_path / "ca.making").exists()


def open_authority_made(folder, clock):
    make_authority(folder, city=CITY, address="a:1", now=clock.now(), ids=RandomIds())
    open_authority(folder, clock).close()


def test_the_issuing_key_works_without_the_roots(desk, tmp_path, clock):
    (desk.authority.files.folder / "root-key.pem").unlink()
    again = open_authority(desk.authority.files.folder, clock)
    again.new_token(desk.name("box/b"))
    again.close()
    joined(desk)


def test_a_damaged_folder_is_named_with_its_cure(desk):
    folder = desk.authority.files.folder
    (folder / "issuing-key.pem").write_text("nothing")
    with pytest.raises(AuthorityError, match="Restore the folder from a backup"):
        read_authority_files(folder)
    (folder / "ca.db").write_bytes(b"x" * 2000)
    with pytest.raises(StoreError):
        open_store_of(folder)


def open_store_of(folder):
    from citybrain.ca.folder import open_store

    open_store(folder).token("x")


def test_only_the_root_makes_authorities(desk):
    files = desk.authority.files
    assert is_issued_by(files.issuer.certificate, files.root)
    held = joined(desk)
    assert is_issued_by(held, files.issuer.certificate)
    assert not is_issued_by(held, files.root)
    assert not leads_to(held, (), (files.root,))
    assert not is_issued_by(files.issuer.certificate, held)


def test_a_revocation_is_published_signed_and_with_its_reason(desk):
    held, other = joined(desk), joined(desk, "box/box-a2")
    assert desk.authority.revoke(desk.name("box/box-a1"), "stolen\x1b[2J from\nthe cabinet") == 1
    files = desk.authority.files
    listed = (files.folder / "crl.pem").read_bytes()
    assert revoked_serials(listed, files.issuer.certificate) == {serial_of(held)}
    with pytest.raises(CertificateError, match="not signed by the authority"):
        revoked_serials(listed, files.root)
    denied = canonical_json.decode((files.folder / "denied.json").read_bytes(), DeniedList)
    (one,) = denied.certificates
    assert (one.serial, one.name) == (serial_of(held), "citybrain://chengdu/box/box-a1")
    assert one.reason == "stolen [2J from the cabinet"
    assert serial_of(other) not in str(denied)


def test_revoking_twice_ends_nothing_twice_and_writes_the_list_again(desk):
    joined(desk)
    name = desk.name("box/box-a1")
    assert desk.authority.revoke(name, "stolen") == 1
    (desk.authority.files.folder / "crl.pem").unlink()  # cut off before it was written
    assert desk.authority.revoke(name, "stolen") == 0
    assert (desk.authority.files.folder / "crl.pem").exists()


def test_a_revocation_that_was_cut_off_before_it_was_published_is_published_with_the_next_answer(
    desk, monkeypatch
):
    held = joined(desk)
    desk.token("box/box-a2")

    def dying():
        raise OSError(5, "the power is gone")

    monkeypatch.setattr(desk.authority, "publish_revoked", dying)
    with pytest.raises(OSError, match="the power"):
        desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    monkeypatch.undo()
    given = desk.join(desk.token("box/box-a2"))
    issuing = desk.authority.files.issuer.certificate
    assert revoked_serials(given.revoked.encode(), issuing) == {serial_of(held)}
    assert (desk.authority.files.folder / "crl.pem").read_text() == given.revoked


def test_on_its_own_machine_an_identity_needs_no_token_and_ends_the_one_before(desk, tmp_path):
    name, hosts = desk.name("broker/b"), ("127.0.0.1", "localhost")
    old = desk.authority.issue_here(name, tmp_path / "old", hosts=hosts)
    new = desk.authority.issue_here(name, tmp_path / "identity", hosts=hosts)
    assert read_identity(tmp_path / "identity").serial == new.serial
    listed = (tmp_path / "identity" / "crl.pem").read_bytes()
    assert revoked_serials(listed, new.issuing) == {old.serial}
    desk.clock.advance(20 * DAY_S)
    given = desk.renew(new.serial, new.key)
    assert name_in(read_certificates(given.certificate.encode(), "answer")[0]) == name


def test_nobody_unknown_is_revoked(desk):
    with pytest.raises(AuthorityError, match="citybrain ca list"):
        desk.authority.revoke(desk.name("box/box-a9"), "stolen")


def test_a_list_of_revoked_certificates_does_not_end_while_its_authority_lives(desk):
    joined(desk)
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    listed = str(desk.authority.files.folder / "crl.pem")
    shown = subprocess.run(
        ["openssl", "crl", "-in", listed, "-noout", "-nextupdate"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    end = desk.authority.files.issuer.certificate.not_valid_after_utc
    assert f"{end:%Y}" in shown


def test_what_is_over_leaves_the_list_and_then_the_memory(desk):
    joined(desk)
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    desk.clock.advance(31 * DAY_S)
    desk.authority.publish_revoked()
    listed = (desk.authority.files.folder / "crl.pem").read_bytes()
    assert revoked_serials(listed, desk.authority.files.issuer.certificate) == frozenset()
    joined(desk)
    desk.clock.advance(400 * DAY_S)
    desk.token("box/box-a2")
    (kept,) = desk.authority.store.certificates()
    assert kept.revoked_at is None, "each name's newest stays: it can still be renewed"


def test_a_box_that_renews_for_years_fills_no_disk(desk):
    key = new_key()
    held = joined(desk, key=key)
    for _ in range(40):
        desk.clock.advance(20 * DAY_S)
        given = desk.renew(serial_of(held), key)
        held = read_certificates(given.certificate.encode(), "answer")[0]
    desk.token("box/b")
    assert len(desk.authority.store.certificates()) <= 22


@pytest.mark.parametrize("host", ["", "a b", "x" * 254, "riverside/..", "*.example", "é.example"])
def test_what_is_no_host_is_named(desk, host):
    with pytest.raises(AuthorityError, match="no host name and no address"):
        desk.token("district/riverside", hosts=(host,))


def test_a_token_has_bounds(desk):
    for hours in (0, -1, limits.TOKEN_HOURS.value + 1):
        with pytest.raises(AuthorityError, match="a token lasts"):
            desk.token(hours=hours)
    with pytest.raises(AuthorityError, match="at most 16 hosts"):
        desk.token(hosts=[f"h{number}" for number in range(17)])
    with pytest.raises(AuthorityError, match="never joined"):
        desk.token("box/box-a1", replaces=desk.name("box/box-a1"))
    with pytest.raises(AuthorityError, match="nobody joins as an authority"):
        desk.token("authority/mine")


def test_open_tokens_are_bounded(desk):
    store, now = desk.authority.store, desk.clock.now()
    with store.transaction():
        for number in range(OPEN_TOKENS.value):
            store.add_token(
                TokenRow(
                    secret_hash=f"{number:064x}",
                    name=f"citybrain://chengdu/box/b{number}",
                    hosts=(),
                    replaces="",
                    made_at=now,
                    expires_at=now + 1,
                )
            )
    with pytest.raises(AuthorityError, match="tokens are open"):
        desk.token()
    desk.clock.advance(1)
    desk.token()


def test_every_limit_is_complete():
    found = [value for value in vars(limits).values() if isinstance(value, Limit)]
    assert len({limit.name for limit in found}) == len(found)
