"""A password never stands in a configuration; a file, or systemd, keeps it."""

import pytest

from citybrain.config.adapter import AdapterConfig
from citybrain.config.fields import read_secret
from citybrain.config.load import parse
from citybrain.config.secrets import secret_keys, split_login, with_login
from citybrain.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("rtsp://u:p%40ss@10.0.0.7:554/main", ("rtsp://10.0.0.7:554/main", "u", "p@ss")),
        ("rtsp://u@10.0.0.7/main", ("rtsp://10.0.0.7/main", "u", None)),
        ("rtsp://10.0.0.7/main", ("rtsp://10.0.0.7/main", None, None)),
        ("clip.mp4", ("clip.mp4", None, None)),
        ("http://[", ("http://[", None, None)),
    ],
)
def test_a_login_is_taken_out_of_an_address(address, parts):
    assert split_login(address) == parts


def test_a_login_comes_back_whatever_is_in_it():
    bare, name, password = "rtsp://10.0.0.7:554/main?x=1", "a:b", "p@s/s:%"
    assert split_login(with_login(bare, name, password)) == (bare, name, password)


def test_secrets_are_found_by_their_keys_and_in_addresses():
    options = {
        "token": "t",
        "token_file": "/etc/t",
        "hub": {"api_key": "k", "url": "http://u:p@h/"},
        "port": 5,
    }
    assert secret_keys(options) == ("hub.api_key", "hub.url", "token")


def test_an_adapters_options_with_a_secret_are_refused_with_the_cure():
    raw = {"district": "127.0.0.1:1", "data_dir": "x", "options": {"token": "s3cret"}}
    with pytest.raises(ConfigError, match=r"token holds a secret.*Put the secret into a file") as e:
        parse(raw, AdapterConfig, name="adapter.toml")
    assert "s3cret" not in str(e.value)


def test_a_credential_of_systemd_is_read_from_its_folder(tmp_path, monkeypatch):
    (tmp_path / "cam-a1").write_text("s3cret\n")
    with pytest.raises(ValueError, match="this process was given none"):
        read_secret("credential:cam-a1")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret("credential:cam-a1") == "s3cret"
    with pytest.raises(ValueError, match="cannot be read"):
        read_secret("credential:../../etc/passwd")
