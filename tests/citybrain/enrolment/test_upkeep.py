"""A node keeps its own identity alive: by a real port, before its end and long after it."""

import pytest
from authority_rig import CITY, ServedAuthority, joined_long_ago, open_authority, points_at

from citybrain.enrolment.denied import revoked_serials
from citybrain.enrolment.folder import read_identity
from citybrain.enrolment.upkeep import LOOK_S, RETRY_FIRST_S, RETRY_MAX_S, IdentityUpkeep
from citybrain.identity.name import parse_short
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from citybrain.telemetry.metrics import MetricsRegistry


@pytest.fixture
def served(tmp_path):
    with ServedAuthority(tmp_path / "ca") as running:
        yield running


@pytest.fixture
def box(tmp_path):
    return tmp_path / "box" / "identity"


class Kept:
    """The upkeep of an identity, its metrics and what it told."""

    def __init__(self, box, **options):
        self.renewed, self.registry = 0, MetricsRegistry()
        values = {"is_server": False, **options}
        self.upkeep = IdentityUpkeep(
            box.parent,
            clock=SystemClock(),
            ids=CountingIds(),
            registry=self.registry,
            on_renewed=self._renewed,
            **values,
        )

    def look(self):
        return self.upkeep.look()

    def _renewed(self):
        self.renewed += 1

    def value(self, name):
        text = self.registry.text()
        (line,) = [line for line in text.splitlines() if line.startswith(name)]
        return float(line.rpartition(" ")[2])


@pytest.mark.parametrize("days", [21, 29, 31, 400])
def test_what_is_due_is_renewed_before_its_end_or_long_after_it(tmp_path, box, days):
    joined_long_ago(tmp_path / "ca", box, days=days)
    before = read_identity(box)
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        kept = Kept(box)
        assert kept.look() == LOOK_S
    after = read_identity(box)
    assert after.serial != before.serial
    assert after.name == before.name
    assert kept.renewed == 1
    assert kept.value("citybrain_identity_days_left") == pytest.approx(30, abs=0.1)


def test_what_is_fresh_is_left_alone_and_asks_nobody(served, box):
    before = served.joined("box/box-a1", box)
    served.stop()
    kept = Kept(box)
    assert kept.look() == LOOK_S
    served.start()
    assert read_identity(box).serial == before.serial
    assert kept.renewed == 0


def test_a_server_gets_whoever_is_revoked_and_writes_what_is_other_alone(served, box):
    identity = served.joined("district/riverside", box)
    served.joined("box/box-a1", box.with_name("stolen"))
    kept = Kept(box, is_server=True)
    kept.look()
    inode = (box / "cert.pem").stat().st_ino
    assert revoked_serials((box / "crl.pem").read_bytes(), identity.issuing) == frozenset()
    served.revoke("box/box-a1")
    kept = Kept(box, is_server=True)
    kept.look()
    assert len(revoked_serials((box / "crl.pem").read_bytes(), identity.issuing)) == 1
    assert (box / "cert.pem").stat().st_ino == inode
    assert kept.renewed == 0


def test_an_authority_that_is_away_is_asked_ever_more_seldom(tmp_path, box, caplog):
    joined_long_ago(tmp_path / "ca", box, days=40)
    (box / "authority").write_text("127.0.0.1:1\n")
    kept = Kept(box)
    waits = [kept.look() for _ in range(12)]
    assert RETRY_FIRST_S / 2 <= waits[0] <= RETRY_FIRST_S
    assert RETRY_MAX_S / 2 <= waits[-1] <= RETRY_MAX_S
    assert kept.value("citybrain_identity_days_left") < -9
    assert "does not answer" in caplog.text


def test_whoever_is_revoked_logs_it_and_goes_on_asking_seldom(tmp_path, box, caplog):
    joined_long_ago(tmp_path / "ca", box, days=40)
    authority = open_authority(tmp_path / "ca", SystemClock())
    authority.revoke(parse_short(CITY, "box/box-a1"), "stolen")
    authority.close()
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        kept = Kept(box)
        kept.look()
    assert "revoked" in caplog.text
    assert kept.renewed == 0


def test_without_an_identity_it_waits_for_one(box):
    kept = Kept(box)
    assert kept.look() == LOOK_S
    kept.upkeep.stop()


def test_it_looks_by_itself_and_ends_when_it_is_stopped(tmp_path, box):
    joined_long_ago(tmp_path / "ca", box, days=40)
    before = read_identity(box).serial
    with ServedAuthority(tmp_path / "ca") as served:
        points_at(box, served)
        kept = Kept(box)
        kept.upkeep.start()
        kept.upkeep.stop()
    assert kept.renewed == 1
    assert read_identity(box).serial != before
