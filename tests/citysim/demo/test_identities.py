"""Everybody of a demo has a name that he can prove, from a throw-away authority in its folder."""

import asyncio
import shutil
from pathlib import Path

import pytest

from citybrain.ca.authority import Authority
from citybrain.config.load import load
from citybrain.domain.principal import Role
from citybrain.enrolment.folder import read_identity
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.prepare.configs import (
    BROKER,
    OFFICER,
    PEOPLE,
    RunFolder,
    choose_ports,
    identity_of,
    write_all,
)
from citysim.demo.prepare.identities import join_all
from citysim.demo.programs import broker_program
from citysim.demo.revocations import follow_revocations
from district_node import config as district_config
from street_agent.config import StreetConfig
from street_agent.config_resolution import own_name_of

CITY = demo_city(wave=csv_path())
IDS = RandomIds()


@pytest.fixture(scope="module")
def joined_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("joined") / "run"
    ports = join_all(RunFolder(root=root), CITY, choose_ports(CITY), IDS)
    return root, ports


@pytest.fixture
def joined(joined_once, tmp_path):
    """A run's folder in which everybody joined, and its ports."""
    root, ports = joined_once
    shutil.copytree(root, tmp_path / "run")
    run = RunFolder(root=tmp_path / "run")
    return run, replace(ports, identities=run.identities)


def serials(run):
    return {path.parent: read_identity(path.parent).serial for path in run.root.glob("**/cert.pem")}


def revoke(run, short):
    authority = Authority(run.authority, clock=SystemClock(), ids=IDS)
    (name,) = {row.name for row in authority.store.certificates() if row.name.endswith(short)}
    authority.revoke(read_identity(run.identity(name.rpartition("/")[2])).name, "stolen")
    authority.close()


def test_nodes_present_the_certificates_that_lie_in_their_data(joined, tmp_path):
    run, ports = joined
    write_all(run, CITY, ports, tmp_path)
    for box in CITY.boxes:
        own = own_name_of(load(run.config(box.id), StreetConfig))
        assert own is not None and own.name.short == f"box/{box.id}"
    for district in CITY.districts:
        own = district_config.own_name_of(district_config.read(run.config(district.id))[0])
        assert own is not None and own.name.short == f"district/{district.id}"
    assert all(ports.tls_of(who) for who in (PEOPLE, OFFICER))


def test_the_broker_asks_for_certificates_and_knows_every_district(joined):
    run, ports = joined
    *_, configuration = broker_program(run, ports).argv
    assert "require_certificate true" in Path(configuration).read_text()
    rules = (run.broker / "acl").read_text()
    assert all(f"user district/{district.id}\n" in rules for district in CITY.districts)


def test_a_run_that_goes_on_keeps_its_names_and_moves_its_authority(joined):
    run, ports = joined
    before = serials(run)
    join_all(run, CITY, replace(ports, authority=29_999), IDS)
    assert serials(run) == before and len(before) == 22
    assert read_identity(run.identity("box-gauge")).authority == "127.0.0.1:29999"


def test_whoever_was_revoked_stays_out_when_a_run_goes_on(joined):
    run, ports = joined
    before = serials(run)
    revoke(run, "box/box-station")
    join_all(run, CITY, ports, IDS)
    assert serials(run) == before
    assert "user box/box-station\ntopic deny #\n" in (run.broker / "acl").read_text()


def test_the_broker_gets_a_revocation_while_the_run_goes_on(joined):
    run, ports = joined
    acl = run.broker / "acl"

    async def scenario():
        following = asyncio.create_task(follow_revocations(run, ports, lambda: None))
        await asyncio.sleep(0)  # it has looked once
        await asyncio.to_thread(revoke, run, "box/box-station")
        async with asyncio.timeout(60):
            while "user box/box-station\ntopic deny #\n" not in acl.read_text():
                await asyncio.sleep(0.05)
        following.cancel()

    asyncio.run(scenario())


def test_keys_are_for_their_owner_alone(joined):
    run, _ = joined
    private = [run.authority, run.broker, identity_of(run.identities, Role.BROKER, BROKER)]
    folders = (*private, *(run.data(box.id) for box in CITY.boxes))
    assert not any(folder.stat().st_mode & 0o077 for folder in folders)


def test_without_certificates_nodes_are_in_lab_mode_with_the_broker_that_proves_nobody(tmp_path):
    run, ports = RunFolder(root=tmp_path), choose_ports(CITY)
    write_all(run, CITY, ports, tmp_path)
    assert not ports.is_proved and "iotcore" in broker_program(run, ports).argv
    assert own_name_of(load(run.config("box-gauge"), StreetConfig)) is None
