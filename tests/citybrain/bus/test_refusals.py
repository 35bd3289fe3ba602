"""What TLS and brokers refuse is said in words with what to do."""

import ssl

import pytest

from citybrain.bus.refusals import silenced, tls_refusal, unanswered
from citybrain.bus.settings import BusConfig


def alert(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}] (_ssl.c:2580)")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "wants a certificate"),
        ("SSLV3_ALERT_CERTIFICATE_REVOKED", "is revoked"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "`citybrain ca renew` renews it"),
        ("TLSV1_ALERT_UNKNOWN_CA", "does not come from the authority that it trusts"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "does not take this client's certificate"),
        ("TLSV1_ALERT_INTERNAL_ERROR", "(tlsv1 alert internal error)"),
    ],
)
def test_an_alert_is_said_in_words(reason, says):
    assert says in tls_refusal(alert(reason), "broker.example")


def test_a_broker_that_proves_another_name_is_named_with_the_cure():
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_message = "Hostname mismatch"
    said = tls_refusal(error, "10.0.0.5")
    assert "the broker at 10.0.0.5 (Hostname mismatch)" in said
    assert "citybrain ca token broker/ID --host 10.0.0.5" in said


@pytest.mark.parametrize(
    "error", [None, ConnectionRefusedError(111, "refused"), alert("UNEXPECTED_EOF_WHILE_READING")]
)
def test_another_error_is_none_of_tls(error):
    assert tls_refusal(error, "broker.example") is None


def test_a_silent_end_names_what_it_most_often_is():
    assert "its log says why" in unanswered("x", has_tls=True)
    assert "has not joined" in unanswered("x", has_tls=False)


def test_a_name_that_the_rules_do_not_know_is_said_with_the_topic_and_the_cure():
    config = BusConfig(host="h", port=1, client_id="box/box-a1", probe="a/b/probe")
    said = silenced(config, 5)
    assert "does not let box/box-a1 speak and listen on a/b/probe" in said
    assert "citybrain broker config --district ID" in said
