"""The node's key for push services: made once, for its owner alone, and kept over restarts."""

import pytest

from citybrain.clock import Timestamp
from citybrain.identity.errors import CertificateError
from district_node.web_push.vapid import FILE, push_key

CONTACT = "mailto:it@riverside.example"


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    made = push_key(tmp_path, CONTACT)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert push_key(tmp_path, CONTACT).public == made.public
    other = tmp_path / "other"
    other.mkdir()
    assert push_key(other, CONTACT).public != made.public


def test_a_key_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / FILE).write_text("no key")
    with pytest.raises(CertificateError, match=FILE):
        push_key(tmp_path, CONTACT)


def test_a_signature_is_for_one_push_service_and_half_a_day(tmp_path):
    from push_service import PushService

    key = push_key(tmp_path, CONTACT)
    now = Timestamp(1_790_000_000_000_000)
    header = key.authorization("https://push.example:8443/a/b?c=d", now)
    claims = PushService.claims(None, {"authorization": header}, key.public)
    assert claims == {
        "aud": "https://push.example:8443",
        "exp": 1_790_000_000 + 12 * 3600,
        "sub": CONTACT,
    }
