"""A hello is proved by its box's key and certificate, whatever broker carried it."""

import pytest
from authority_rig import CITY, open_authority

from citybrain.clock import ManualClock
from citybrain.domain.agent import NO_PROOF, AgentHello
from citybrain.enrolment.denied import key_hash
from citybrain.enrolment.folder import FOLDER
from citybrain.enrolment.hello_proof import FolderProver, FolderVerifier, verifier_of
from citybrain.enrolment.private_files import write_private
from citybrain.identity.errors import HelloRefusedError
from citybrain.identity.name import parse_short
from citybrain.structs import replace

DAY_S = 86_400
HELLO = AgentHello(agent="box-1", incarnation=7, lowest_unacked=1, next_seq=3, previous=5)


class Pair:
    """A box and its district, both with an identity, at a time of the test's own."""

    def __init__(self, folder):
        self.clock = ManualClock()
        self.authority = open_authority(folder / "ca", self.clock)
        self.folder = folder
        self.district = self.join("district/riverside", folder / "district" / FOLDER)
        self.box = self.join("box/box-1", folder / "box")
        self.prover = FolderProver(folder / "box", "riverside")
        self.verifier = verifier_of(folder / "district", "riverside", self.clock)

    def join(self, short, folder):
        folder.parent.mkdir(exist_ok=True)
        return self.authority.issue_here(parse_short(CITY, short), folder)

    def say(self, hello=HELLO):
        return replace(hello, proof=self.prover(hello))

    def refused(self, hello):
        with pytest.raises(HelloRefusedError) as refused:
            self.verifier.verify(hello)
        return refused.value.reason


@pytest.fixture
def pair(tmp_path):
    made = Pair(tmp_path)
    yield made
    made.authority.close()


def test_a_proved_hello_says_whose_it_is_by_which_certificate(pair):
    found = pair.verifier.verify(pair.say())
    assert (found.agent, found.serial) == ("box-1", pair.box.serial)
    assert found.key == key_hash(pair.box.certificate)


@pytest.mark.parametrize("field", ["incarnation", "previous", "lowest_unacked", "next_seq"])
def test_what_is_changed_on_the_way_is_refused(pair, field):
    said = pair.say()
    changed = replace(said, **{field: getattr(said, field) + 1})
    assert pair.refused(changed) == "other_claims"


def test_a_box_with_more_claims_than_this_version_knows_is_understood(pair):
    """It signed its own text; a box of a later version signs more in it."""
    from citybrain.enrolment.hello_proof import PREFIX
    from citybrain.enrolment.keys import sign

    said = pair.say()
    claims = said.proof.claims.replace(b"{", b'{"a_later_field":1,', 1)
    signature = bytes.fromhex(sign(pair.box.key, PREFIX + claims))
    later = replace(said, proof=replace(said.proof, claims=claims, signature=signature))
    assert pair.verifier.verify(later).agent == "box-1"


def test_a_hello_of_a_box_that_has_not_joined_has_no_proof(pair, tmp_path):
    assert FolderProver(tmp_path / "none", "riverside")(HELLO) == NO_PROOF
    assert pair.refused(HELLO) == "unproved"
    unreadable = replace(pair.say().proof, certificates=b"none")
    assert pair.refused(replace(HELLO, proof=unreadable)) == "unreadable"


def test_an_ended_certificate_proves_nothing_and_a_renewed_one_needs_no_restart(pair):
    pair.verifier.verify(pair.say())
    pair.clock.advance(40 * DAY_S)
    assert pair.refused(pair.say()) == "expired"
    pair.join("box/box-1", pair.folder / "box")
    assert pair.verifier.verify(pair.say()).serial != pair.box.serial


def test_a_revoked_certificate_proves_nothing_from_the_list_on(pair):
    said = pair.say()
    pair.verifier.verify(said)
    pair.authority.revoke(parse_short(CITY, "box/box-1"), "stolen")
    pair.verifier.verify(said)
    revoked = pair.authority.revoked_list().encode()
    write_private(pair.folder / "district" / FOLDER / "crl.pem", revoked)
    assert pair.verifier.is_revoked(pair.box.serial)
    assert pair.refused(said) == "revoked"


def test_a_district_without_an_identity_verifies_nothing(tmp_path, pair):
    assert verifier_of(tmp_path / "elsewhere", "riverside", pair.clock) is None
    assert isinstance(pair.verifier, FolderVerifier)
