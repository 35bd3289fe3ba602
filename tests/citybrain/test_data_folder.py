"""A node's data is for its own user alone."""

import logging
import os
import stat

import pytest

from citybrain.data_folder import secure
from citybrain.errors import StoreError


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_for_its_user_alone(tmp_path):
    secure(tmp_path / "deep" / "data")
    assert mode(tmp_path / "deep" / "data") == 0o700


def test_what_others_could_read_is_narrowed_and_logged(tmp_path, caplog):
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "journal.db").touch()
    folder.chmod(0o755)
    (folder / "journal.db").chmod(0o664)
    (folder / "sub").chmod(0o777)
    with caplog.at_level(logging.WARNING):
        secure(folder)
    assert (mode(folder), mode(folder / "journal.db"), mode(folder / "sub")) == (
        0o700,
        0o600,
        0o700,
    )
    assert "journal.db was open to other users (0664); it is 0600 now" in caplog.text
    caplog.clear()
    secure(folder)
    assert not caplog.records


def test_a_link_is_not_followed(tmp_path):
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (folder / "link").symlink_to(elsewhere)
    secure(folder)
    assert mode(elsewhere) == 0o644


def test_data_of_another_user_are_refused_with_the_cure(tmp_path, monkeypatch):
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(StoreError, match=rf"belongs to user {own}, .* chown -R {own + 1} "):
        secure(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used as data of this node"):
        secure(tmp_path / "file" / "data")
