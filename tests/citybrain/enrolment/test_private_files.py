"""Private files are whole, durable, for their owner alone, and never written through a link."""

import os

import pytest

from citybrain.enrolment.private_files import (
    is_open_to_others,
    make_private_folder,
    write_private,
)

SERVICE = 12_345


@pytest.fixture
def as_root():
    if os.geteuid() != 0:
        pytest.skip("privilege: only root makes files of another user: run as root")


def test_whatever_the_umask_a_file_is_for_its_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / "deep" / "folder")
        write_private(tmp_path / "deep" / "folder" / "key", b"secret")
    finally:
        os.umask(before)
    assert not is_open_to_others(tmp_path / "deep")
    assert not is_open_to_others(tmp_path / "deep" / "folder")
    assert not is_open_to_others(tmp_path / "deep" / "folder" / "key")


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "name"
    path.write_text("a longer text than the new one")
    path.with_name("name.new").write_text("left by a power cut")
    write_private(path, "new")
    assert path.read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["name"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "name"
    write_private(path, "old")

    def dying(_descriptor):
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", dying)
    with pytest.raises(OSError, match="no space"):
        write_private(path, "new")
    assert path.read_text() == "old"


def test_no_link_is_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    (victim / "file").write_text("mine")
    (tmp_path / "folder").symlink_to(victim)
    with pytest.raises(OSError, match="."):
        make_private_folder(tmp_path / "folder")
    assert victim.stat().st_mode & 0o777 == 0o755
    (tmp_path / "key.new").symlink_to(victim / "file")
    (tmp_path / "key").symlink_to(victim / "file")
    write_private(tmp_path / "key", "secret")
    assert (victim / "file").read_text() == "mine"
    assert not (tmp_path / "key").is_symlink()


def test_what_root_makes_belongs_to_the_owner_of_the_folder_around_it(tmp_path, as_root):
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, SERVICE, SERVICE)
    make_private_folder(data / "identity")
    write_private(data / "identity" / "key.pem", b"key")
    made = (data / "identity", data / "identity" / "key.pem")
    assert {one.stat().st_uid for one in made} == {SERVICE}


def test_a_data_folder_that_root_makes_on_the_way_belongs_to_the_service_too(tmp_path, as_root):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, SERVICE, SERVICE)
    make_private_folder(home / "run" / "box-a1" / "identity")
    made = (home / "run", home / "run" / "box-a1", home / "run" / "box-a1" / "identity")
    assert {one.stat().st_uid for one in made} == {SERVICE}
