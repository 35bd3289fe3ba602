"""Who gets a certificate, by which proof, under which name; and who does not, with the reason."""

import logging

import pytest
from authority_rig import open_authority
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from citybrain.enrolment.certificates import (
    leads_to,
    name_in,
    read_certificates,
    serial_of,
    valid_until,
)
from citybrain.enrolment.denied import revoked_serials
from citybrain.enrolment.keys import new_key
from citybrain.enrolment.limits import WRONG_TOKEN_ADDRESSES, WRONG_TOKENS
from citybrain.enrolment.messages import CertificateGiven, ChallengeAsked, RootAsked
from citybrain.identity.errors import AuthorityError

DAY_S = 86_400


def certificate(given):
    assert isinstance(given, CertificateGiven), given
    return read_certificates(given.certificate.encode(), "answer")[0]


def request_that_says(key, name, uri=None):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if uri:
        names = [x509.UniformResourceIdentifier(uri), x509.DNSName("riverside.example")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        builder = builder.add_extension(constraints, critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def test_a_token_and_a_key_become_a_certificate_of_the_tokens_name(desk):
    held = certificate(desk.join(desk.token("box/box-a1")))
    assert name_in(held) == desk.name("box/box-a1")
    assert held.subject.rfc4514_string() == "CN=box/box-a1"
    files = desk.authority.files
    assert leads_to(held, (files.issuer.certificate,), (files.root,))


def test_what_the_request_says_of_its_name_is_not_read(desk):
    key, token = new_key(), desk.token("box/box-a1")
    lying = request_that_says(key, "district/riverside", "citybrain://chengdu/district/riverside")
    held = certificate(desk.join(token, request=lying))
    assert name_in(held) == desk.name("box/box-a1")
    assert "CN=box/box-a1" in held.subject.rfc4514_string()
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert not names.get_values_for_type(x509.DNSName)
    assert not held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_server_is_certified_for_the_hosts_of_its_token(desk):
    token = desk.token("district/riverside", hosts=("10.0.0.5", "riverside.example", "fd00::1"))
    held = certificate(desk.join(token))
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["riverside.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.5", "fd00::1"]


def test_a_certificate_is_short_lived_and_of_a_number_that_nobody_guesses(desk):
    one = certificate(desk.join(desk.token("box/box-a1")))
    other = certificate(desk.join(desk.token("box/box-a2")))
    assert valid_until(one) - desk.clock.now() == 30 * DAY_S * 1_000_000
    assert one.serial_number != other.serial_number
    assert one.serial_number.bit_length() > 64


def test_a_token_is_used_once(desk):
    token = desk.token()
    certificate(desk.join(token))
    refused = desk.join(token)
    assert refused.reason == "used_token"
    assert "revoke the name" in refused.detail


def test_an_answer_that_was_lost_is_given_again_to_the_same_key(desk):
    token, key = desk.token(), new_key()
    assert certificate(desk.join(token, key)) == certificate(desk.join(token, key))
    assert len(desk.authority.store.certificates()) == 1
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    assert desk.join(token, key).reason == "used_token"


def test_a_token_ends_by_its_time_by_a_newer_one_and_by_revocation(desk):
    token = desk.token(hours=2)
    desk.clock.advance(2 * 3600)
    assert desk.join(token).reason == "expired_token"
    older, newer = desk.token(), desk.token()
    assert desk.join(older).reason == "withdrawn_token"
    desk.authority.revoke(desk.name("box/box-a1"), "wrong box")
    assert desk.join(newer).reason == "withdrawn_token"


def test_an_unknown_token_is_refused_and_logged(desk, caplog):
    token = desk.token()
    wrong = type(token)(name=token.name, address=token.address, root=token.root, secret="0" * 32)
    with caplog.at_level(logging.WARNING):
        assert desk.join(wrong).reason == "unknown_token"
    assert "unknown_token from 10.0.0.7" in caplog.text
    assert wrong.secret not in caplog.text


def test_whoever_guesses_tokens_is_not_listened_to_for_five_minutes(desk):
    token = desk.token()
    wrong = type(token)(name=token.name, address=token.address, root=token.root, secret="0" * 32)
    for _ in range(WRONG_TOKENS.value):
        assert desk.join(wrong).reason == "unknown_token"
    assert desk.join(wrong).reason == "too_many"
    desk.address = "10.0.0.8"
    certificate(desk.join(token))
    desk.address = "10.0.0.7"
    desk.clock.advance(301)
    assert desk.join(wrong).reason == "unknown_token"


def test_a_guessing_neighbour_keeps_nobody_from_renewing(desk):
    key = new_key()
    held = certificate(desk.join(desk.token(), key))
    wrong = type(desk.token("box/b"))(
        name=desk.name("box/b"), address="a:1", root="0" * 64, secret="0" * 32
    )
    for _ in range(WRONG_TOKENS.value + 1):
        desk.join(wrong)
    certificate(desk.renew(serial_of(held), key))


def test_addresses_that_guess_are_forgotten_oldest_first(desk):
    wrong = desk.enrolment._wrong
    for number in range(WRONG_TOKEN_ADDRESSES.value + 10):
        wrong.note(f"host-{number}", desk.clock.now())
    assert len(wrong._found) == WRONG_TOKEN_ADDRESSES.value
    assert "host-0" not in wrong._found


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        "no request",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        "钥匙",
    ],
)
def test_a_request_that_is_none_is_refused_and_the_token_stays_good(desk, request_text):
    token = desk.token()
    refused = desk.join(token, request=request_text or " ")
    assert refused.reason == "unfit_key"
    certificate(desk.join(token))


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ec.generate_private_key(ec.SECP384R1()),
    ],
    ids=["rsa", "p384"],
)
def test_a_key_of_another_kind_is_refused(desk, key):
    assert desk.join(desk.token(), request=request_that_says(key, "x")).reason == "unfit_key"


def test_a_request_that_its_key_did_not_sign_is_refused(desk):
    request = x509.load_pem_x509_csr(request_that_says(new_key(), "x").encode())
    raw = bytearray(request.public_bytes(Encoding.DER))
    raw[-1] ^= 1
    text = x509.load_der_x509_csr(bytes(raw)).public_bytes(Encoding.PEM).decode()
    assert desk.join(desk.token(), request=text).reason == "unfit_key"


def test_the_known_key_renews_under_the_same_name_and_hosts(desk):
    key = new_key()
    held = certificate(desk.join(desk.token("broker/b", hosts=("10.0.0.5",)), key))
    desk.clock.advance(20 * DAY_S)
    renewed = certificate(desk.renew(serial_of(held), key))
    assert renewed.serial_number != held.serial_number
    assert name_in(renewed) == name_in(held)
    assert valid_until(renewed) > valid_until(held)
    names = renewed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.5"]


def test_an_expired_certificate_renews_however_long_its_box_was_away(desk):
    key = new_key()
    held = certificate(desk.join(desk.token(), key))
    desk.clock.advance(3 * 365 * DAY_S)
    desk.token("box/other")  # what is old is forgotten now
    assert certificate(desk.renew(serial_of(held), key)).subject == held.subject


def test_a_fresh_certificate_is_given_again(desk):
    key = new_key()
    held = certificate(desk.join(desk.token(), key))
    assert certificate(desk.renew(serial_of(held), key)) == held
    desk.clock.advance(20 * DAY_S)
    renewed = certificate(desk.renew(serial_of(held), key))
    # the answer was lost: the box asks with its old certificate again
    assert certificate(desk.renew(serial_of(held), key)) == renewed


def test_a_revoked_certificate_does_not_renew_and_that_is_logged(desk, caplog):
    key = new_key()
    held = certificate(desk.join(desk.token(), key))
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    with caplog.at_level(logging.WARNING):
        refused = desk.renew(serial_of(held), key)
    assert refused.reason == "revoked" and "box/box-a1" in refused.detail
    assert "revoked from 10.0.0.7" in caplog.text


def test_a_certificate_that_is_revoked_after_the_challenge_does_not_renew(desk):
    key = new_key()
    serial = serial_of(certificate(desk.join(desk.token(), key)))
    challenge = desk.ask(ChallengeAsked(serial=serial)).challenge
    renew = desk.renew
    desk.authority.revoke(desk.name("box/box-a1"), "stolen")
    assert renew(serial, key, challenge=challenge).reason == "revoked"


def test_another_key_does_not_renew(desk):
    serial = serial_of(certificate(desk.join(desk.token())))
    assert desk.renew(serial, new_key()).reason == "wrong_signature"


def test_a_challenge_is_for_one_certificate_and_one_minute(desk):
    key = new_key()
    serial = serial_of(certificate(desk.join(desk.token(), key)))
    other = serial_of(certificate(desk.join(desk.token("box/box-a2"))))
    foreign = desk.ask(ChallengeAsked(serial=other)).challenge
    assert desk.renew(serial, key, challenge=foreign).reason == "stale_challenge"
    for made_up in ("", "x", "1.2.3", "é.1", f"{desk.clock.now()}.aa.bb"):
        assert desk.renew(serial, key, challenge=made_up or " ").reason == "stale_challenge"
    assert desk.renew(serial, key, wait_s=61).reason == "stale_challenge"
    certificate(desk.renew(serial, key, wait_s=59))


def test_an_unknown_certificate_does_not_renew(desk):
    assert desk.renew("ab", new_key()).reason == "unknown_certificate"


def test_a_lost_key_is_replaced_and_the_old_one_ends_with_the_joining(desk):
    key = new_key()
    old = certificate(desk.join(desk.token(), key))
    with pytest.raises(AuthorityError, match="citybrain ca token --replaces box/box-a1"):
        desk.token()
    token = desk.token(replaces=desk.name("box/box-a1"))
    certificate(desk.renew(serial_of(old), key))  # until the new one has joined
    given = desk.join(token)
    assert serial_of(old) in revoked_serials(
        given.revoked.encode(), desk.authority.files.issuer.certificate
    )
    assert desk.renew(serial_of(old), key).reason == "revoked"


def test_a_token_that_was_made_before_another_joined_does_not_make_two_of_one_name(desk):
    token = desk.token()
    certificate(desk.join(token))
    store = desk.authority.store
    with store.transaction():
        store._rows("use_token", (store.tokens()[0].secret_hash, None, None))
    assert desk.join(token).reason == "already_enrolled"


def test_whoever_asks_gets_the_root_and_no_secret(desk):
    given = desk.ask(RootAsked())
    assert read_certificates(given.root.encode(), "answer")[0] == desk.authority.files.root


def test_what_one_process_gave_out_another_takes_in(desk, tmp_path, clock):
    """The command makes the token, the port that runs beside it takes it."""
    beside = open_authority(tmp_path / "ca", clock)
    token = beside.new_token(desk.name("box/box-a1"))
    beside.close()
    certificate(desk.join(token))
