"""Identities of simulated boxes: as production's, each box proves its hellos by a key that nobody
else has, and a district verifies them, by a list of what is revoked. The same bytes on every run,
and cheap."""

import hashlib
from collections.abc import Callable

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.domain.agent import NO_PROOF, AgentHello, HelloProof
from citybrain.identity.errors import HelloRefusedError
from citybrain.identity.proved_box import ProvedBox
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import replace

UNTIL = Timestamp(2**52)  # longer than any story


class Certificates:
    """Which certificate every box has, and which are revoked: the own CA and its list, which is at
    every district at once. A box is enrolled from the beginning. A certificate's serial stands for
    its key too: who joins again has another."""

    def __init__(self) -> None:
        self._joined_again: dict[AgentId, int] = {}
        self._revoked: set[str] = set()

    def serial(self, agent: AgentId) -> str:
        """Of its newest certificate: the box's name, and behind a # how often it joined again."""
        times = self._joined_again.get(agent, 0)
        return f"{agent}#{times}" if times else str(agent)

    def is_revoked(self, serial: str) -> bool:
        return serial in self._revoked

    def revoke(self, agent: AgentId) -> str:
        """The serial of its certificate, which is in the list from now on."""
        serial = self.serial(agent)
        self._revoked.add(serial)
        return serial

    def join_again(self, agent: AgentId) -> None:
        """By a token that a person gave it: a new certificate."""
        self._joined_again[agent] = self._joined_again.get(agent, 0) + 1


def prover(
    agent: AgentId, district: DistrictId, certificates: Certificates
) -> Callable[[AgentHello], HelloProof]:
    """Proves the hellos of `agent`, whatever agent they name, by its newest certificate."""

    def prove(hello: AgentHello) -> HelloProof:
        claims, serial = _claims(hello, district), certificates.serial(agent)
        return HelloProof(
            claims=claims, signature=_signature(serial, claims), certificates=serial.encode()
        )

    return prove


class SimulatedVerifier:
    """See `district_node.shell.enrolment.HelloVerifier`."""

    def __init__(self, district: DistrictId, certificates: Certificates) -> None:
        self._district, self._certificates = district, certificates

    def verify(self, hello: AgentHello) -> ProvedBox:
        proof = hello.proof
        serial = proof.certificates.decode("utf-8", "replace")
        holder = AgentId(serial.partition("#")[0])
        if proof == NO_PROOF:
            raise HelloRefusedError("unproved", f"the hello of {hello.agent} has no proof")
        if holder != hello.agent:
            raise HelloRefusedError("wrong_name", f"{holder} says a hello of {hello.agent}")
        if proof.signature != _signature(serial, proof.claims):
            raise HelloRefusedError("wrong_signature", f"not signed by {holder}")
        if proof.claims != _claims(hello, self._district):
            raise HelloRefusedError("other_claims", f"{holder} signed something else")
        if self.is_revoked(serial):
            raise HelloRefusedError("revoked", f"{serial} is revoked")
        return ProvedBox(agent=holder, serial=serial, key=serial, until=UNTIL)

    def is_revoked(self, serial: str) -> bool:
        return self._certificates.is_revoked(serial)


def _claims(hello: AgentHello, district: DistrictId) -> bytes:
    return f"{district} ".encode() + canonical_json.encode(replace(hello, proof=NO_PROOF))


def _signature(serial: str, claims: bytes) -> bytes:
    return hashlib.sha256(f"the key of {serial} ".encode() + claims).digest()
