"""A box joins and renews by a real port: whom it trusts, what it keeps, what it outlives."""

import contextlib
import os
import socket
import ssl
import threading

import pytest
from authority_rig import ServedAuthority, joined_long_ago, points_at

from citybrain.ca.enrolment import Enrolment
from citybrain.enrolment import join as joining
from citybrain.enrolment.certificates import is_issued_by, read_certificates, valid_until
from citybrain.enrolment.denied import revoked_serials
from citybrain.enrolment.folder import read_identity
from citybrain.enrolment.https import ask, trusting, trusting_nobody
from citybrain.enrolment.join import is_renewal_due, join, renew
from citybrain.enrolment.keys import key_of_request, new_key, request_text
from citybrain.enrolment.messages import CertificateAsked, CertificateGiven, RootAsked
from citybrain.identity.errors import (
    CertificateError,
    EnrolmentAnswerError,
    EnrolmentAwayError,
    EnrolmentRefusedError,
)
from citybrain.system_clock import SystemClock

DAY_S = 86_400

FILES = {"key.pem", "cert.pem", "chain.pem", "root.pem", "crl.pem", "name", "authority"}


@pytest.fixture
def served(tmp_path):
    with ServedAuthority(tmp_path / "ca") as running:
        yield running


@pytest.fixture
def box(tmp_path):
    return tmp_path / "box" / "identity"


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_one_call_makes_a_whole_identity_for_its_owner_alone(served, box):
    identity = served.joined("box/box-a1", box)
    assert str(identity.name) == "citybrain://chengdu/box/box-a1"
    assert {path.name for path in box.iterdir()} == FILES | {"token.sha256"}
    assert box.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in box.iterdir()} == {0o600}
    assert read_identity(box).serial == identity.serial
    assert not box.with_name("identity.joining").exists()
    assert (box / "name").read_text() == "citybrain://chengdu/box/box-a1\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_cert_chain(box / "cert.pem", box / "key.pem")  # as TLS takes them


def test_the_key_never_leaves_its_box(served, box, monkeypatch):
    sent = []
    monkeypatch.setattr(joining, "ask", lambda *given: sent.append(given[1]) or ask(*given))
    served.joined("box/box-a1", box)
    assert b"PRIVATE" not in b"".join(str(one).encode() for one in sent)
    (asked,) = [one for one in sent if isinstance(one, CertificateAsked)]
    assert key_of_request(asked.request) == read_identity(box).key.public_key()


def test_nothing_secret_is_sent_to_whoever_is_not_the_tokens_authority(served, box, tmp_path):
    received = []
    with ServedAuthority(tmp_path / "other") as other:
        answer = Enrolment.answer

        def listened(self, asked, *, address):
            received.append(asked)
            return answer(self, asked, address=address)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Enrolment, "answer", listened)
            token = served.token("box/box-a1")
            misled = type(token)(
                name=token.name, address=other.address, root=token.root, secret=token.secret
            )
            with pytest.raises(EnrolmentAnswerError, match="The secret was not sent"):
                join(misled, box)
    assert received == [RootAsked()]
    assert not box.exists()
    join(token, box)


def test_a_forger_who_shows_the_true_root_is_found_by_the_handshake(served, box, tmp_path):
    """The root is public: whoever shows it must also have a certificate below it."""
    with ServedAuthority(tmp_path / "other") as other, pytest.MonkeyPatch.context() as patch:
        token = served.token("box/box-a1")
        misled = type(token)(
            name=token.name, address=other.address, root=token.root, secret=token.secret
        )
        root = read_certificates((tmp_path / "ca" / "root.pem").read_bytes(), "root")[0]
        patch.setattr(joining, "_trusted_root", lambda _token: root)
        with pytest.raises(EnrolmentAnswerError, match="is not the authority that is trusted"):
            join(misled, box)
    assert not box.exists()


def test_a_box_below_the_same_root_cannot_play_the_port(served, box, tmp_path):
    """Its certificate is good, and is for no host."""
    served.joined("box/box-a1", box)
    held = read_identity(box)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(box / "cert.pem", box / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_once():
            with contextlib.suppress(OSError):
                context.wrap_socket(listener.accept()[0], server_side=True).close()

        thread = threading.Thread(target=serve_once)
        thread.start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(EnrolmentAnswerError, match="is not the authority that is trusted"):
            ask(address, RootAsked(), trusting(held.root))
        thread.join(10)


def test_a_join_that_was_cut_off_before_its_answer_goes_on_with_the_same_key(
    served, box, monkeypatch
):
    token = served.token("box/box-a1")

    def cut_off(address, request, context):
        answer = ask(address, request, context)
        if isinstance(answer, CertificateGiven):
            raise EnrolmentAwayError("cut off")
        return answer

    monkeypatch.setattr(joining, "ask", cut_off)
    with pytest.raises(EnrolmentAwayError):
        join(token, box)
    monkeypatch.undo()
    assert not box.exists()
    first = join(token, box)
    assert join(token, box).serial == first.serial, "and a third call changes nothing"


@pytest.mark.parametrize("cut_at", range(12))
def test_a_join_that_dies_at_any_write_leaves_the_old_identity_or_the_new_one(
    served, box, monkeypatch, cut_at
):
    old = served.joined("box/box-a1", box)
    before = files_of(box)
    token = served.token("box/box-a1", replaces="box/box-a1")
    real, calls = os.fsync, []

    def dying(descriptor):
        calls.append(descriptor)
        if len(calls) > cut_at:
            raise OSError(5, "the power is gone")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", dying)
    with contextlib.suppress(OSError, EnrolmentRefusedError):
        join(token, box)
    monkeypatch.undo()
    if box.exists():
        assert files_of(box) == before or read_identity(box).serial != old.serial
    assert read_identity_after(token, box).name == old.name


def read_identity_after(token, box):
    join(token, box)
    return read_identity(box)


def test_a_lost_key_is_replaced_by_one_command_on_the_box(served, box):
    old = served.joined("box/box-a1", box)
    new = served.joined("box/box-a1", box, replaces="box/box-a1")
    assert new.serial != old.serial
    assert revoked_serials((box / "crl.pem").read_bytes(), new.issuing) == {old.serial}
    kept = box.with_name("identity.before")
    assert read_identity(kept).serial == old.serial
    with pytest.raises(EnrolmentRefusedError, match="revoked"):
        renew(kept)


def test_a_renewal_keeps_the_key_and_fetches_who_is_revoked(tmp_path, box):
    old = joined_long_ago(tmp_path / "ca", box, days=21)
    other = joined_long_ago(tmp_path / "ca", tmp_path / "b", days=21, short="box/box-a2")
    key, now = (box / "key.pem").read_bytes(), SystemClock().now()
    assert is_renewal_due(old.certificate, now)
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        served.revoke("box/box-a2")
        new = renew(box)
    assert valid_until(new.certificate) > valid_until(old.certificate)
    assert not is_renewal_due(new.certificate, now)
    assert (box / "key.pem").read_bytes() == key
    assert read_identity(box).serial == new.serial
    assert revoked_serials((box / "crl.pem").read_bytes(), new.issuing) == {other.serial}


def test_an_expired_box_renews_by_itself_and_a_revoked_one_is_refused(tmp_path, box):
    old = joined_long_ago(tmp_path / "ca", box, days=300)
    joined_long_ago(tmp_path / "ca", tmp_path / "b", days=300, short="box/box-a2")
    assert valid_until(old.certificate) < SystemClock().now()
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        points_at(tmp_path / "b", served)
        assert valid_until(renew(box).certificate) > SystemClock().now()
        served.revoke("box/box-a2")
        before = files_of(tmp_path / "b")
        with pytest.raises(EnrolmentRefusedError, match="was revoked at"):
            renew(tmp_path / "b")
    assert files_of(tmp_path / "b") == before


@pytest.mark.parametrize("cut_at", range(7))
def test_a_renewal_that_dies_at_any_write_leaves_a_good_identity(
    tmp_path, box, monkeypatch, cut_at
):
    joined_long_ago(tmp_path / "ca", box, days=21)
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        real, calls = os.fsync, []
        thread = threading.get_ident()

        def dying(descriptor):
            if threading.get_ident() == thread:  # of the box, not of the authority
                calls.append(descriptor)
                if len(calls) > cut_at:
                    raise OSError(5, "the power is gone")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", dying)
        with contextlib.suppress(OSError):
            renew(box)
        monkeypatch.undo()
        read_identity(box)
        renew(box)


def test_nobody_answers_where_nobody_listens(box, served):
    token = served.token("box/box-a1")
    served.stop()
    try:
        with pytest.raises(EnrolmentAwayError, match="Nothing was changed; try again"):
            join(token, box)
    finally:
        served.start()
    join(token, box)


def test_what_speaks_no_tls_is_named(box):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            with contextlib.suppress(OSError), listener.accept()[0] as connection:
                connection.recv(10)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(EnrolmentAnswerError, match=r"speaks no TLS 1\.3"):
            ask(f"127.0.0.1:{listener.getsockname()[1]}", RootAsked(), trusting_nobody())
        thread.join(10)


def test_an_identity_that_was_mixed_up_is_not_sent_anywhere(served, box, tmp_path):
    served.joined("box/box-a1", box)
    served.joined("box/box-a2", tmp_path / "b")
    for file in FILES - {"authority", "crl.pem", "root.pem", "chain.pem"}:
        held = (box / file).read_bytes()
        (box / file).write_bytes((tmp_path / "b" / file).read_bytes())
        with pytest.raises(CertificateError, match="new token"):
            renew(box)
        (box / file).write_bytes(held)
    renew(box)


def test_a_certificate_for_another_key_or_name_is_not_written(served, box, monkeypatch):
    token, other = served.token("box/box-a1"), served.token("box/box-a2")

    def swapped(address, asked, context):
        if isinstance(asked, CertificateAsked):
            key = new_key()
            asked = CertificateAsked(secret=other.secret, request=request_text(key, other.name))
        return ask(address, asked, context)

    monkeypatch.setattr(joining, "ask", swapped)
    with pytest.raises(EnrolmentAnswerError, match="does not fit"):
        join(token, box)
    assert not box.exists()


def test_a_certificate_of_another_name_for_the_right_key_is_not_written(served, box, monkeypatch):
    token, other = served.token("box/box-a1"), served.token("box/box-a2")

    def swapped(address, asked, context):
        if isinstance(asked, CertificateAsked):
            asked = CertificateAsked(secret=other.secret, request=asked.request)
        return ask(address, asked, context)

    monkeypatch.setattr(joining, "ask", swapped)
    with pytest.raises(EnrolmentAnswerError, match="and the token is for"):
        join(token, box)
    assert not box.exists()


def test_the_root_of_the_folder_is_the_one_of_the_token(served, box):
    identity = served.joined("box/box-a1", box)
    root = read_certificates((served.folder / "root.pem").read_bytes(), "root")[0]
    assert identity.root == root
    assert is_issued_by(identity.issuing, root)
