"""The table `push`: whom a push service writes to, and which are called."""

import pytest
from pydantic import ValidationError

from citybrain.errors import ConfigError
from district_node.config import read
from district_node.web_push.schema import PushConfig
from district_node.web_push.services import KNOWN_SERVICES

CONTACT = "mailto:it@riverside.example"
DISTRICT = f"""
district = "riverside"
name = {{ en = "Riverside", zh = "滨江" }}
centre = {{ lat = 30.657, lon = 104.086 }}
data_dir = "run/riverside"
[push]
contact = "{CONTACT}"
"""


def test_a_contact_is_enough():
    made = PushConfig(contact=CONTACT)
    assert (made.services, made.allow_private, made.ca_file) == (KNOWN_SERVICES, False, None)
    assert PushConfig(contact="https://riverside.example/it").contact
    own = PushConfig(contact=CONTACT, services=("push.city.example:8443", "*.city.example"))
    assert len(own.services) == 2


def test_a_district_without_pages_has_nowhere_to_subscribe(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(DISTRICT, "utf-8")
    with pytest.raises(ConfigError, match="set `web` under"):
        read(path)
    path.write_text(DISTRICT + '[listen]\nweb = "127.0.0.1:8101"\n', "utf-8")
    assert read(path).config.push.contact == CONTACT


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("contact", "it@riverside.example"),
        ("contact", "mailto:nobody"),
        ("contact", "http://riverside.example"),
        ("contact", "mailto:a@b c"),
        ("services", ()),
        ("services", ("https://push.example",)),
        ("services", ("*",)),
        ("services", ("*.",)),
        ("services", ("push..example",)),
        ("services", ("PUSH.example",)),
        ("services", ("push.example:port",)),
        ("ca_file", "/nowhere.pem"),
    ],
)
def test_what_cannot_be_is_refused(key, value):
    with pytest.raises(ValidationError):
        PushConfig(**{"contact": CONTACT, key: value})
