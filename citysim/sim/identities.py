"""Identities of simulated boxes: as production's, each box proves its hellos by a key that nobody
else has, and a district verifies them. The same bytes on every run, and cheap."""

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


def prover(agent: AgentId, district: DistrictId) -> Callable[[AgentHello], HelloProof]:
    """Proves the hellos of `agent`, whatever agent they name."""

    def prove(hello: AgentHello) -> HelloProof:
        claims = _claims(hello, district)
        return HelloProof(
            claims=claims, signature=_signature(agent, claims), certificates=agent.encode()
        )

    return prove


class SimulatedVerifier:
    """See `district_node.shell.enrolment.HelloVerifier`."""

    def __init__(self, district: DistrictId) -> None:
        self._district = district
        self.revoked: set[str] = set()  # serials, which are the boxes' names

    def verify(self, hello: AgentHello) -> ProvedBox:
        proof = hello.proof
        holder = AgentId(proof.certificates.decode("utf-8", "replace"))
        if proof == NO_PROOF:
            raise HelloRefusedError("unproved", f"the hello of {hello.agent} has no proof")
        if holder != hello.agent:
            raise HelloRefusedError("wrong_name", f"{holder} says a hello of {hello.agent}")
        if proof.signature != _signature(holder, proof.claims):
            raise HelloRefusedError("wrong_signature", f"not signed by {holder}")
        if proof.claims != _claims(hello, self._district):
            raise HelloRefusedError("other_claims", f"{holder} signed something else")
        if self.is_revoked(holder):
            raise HelloRefusedError("revoked", f"{holder} is revoked")
        return ProvedBox(agent=holder, serial=holder, key=holder, until=UNTIL)

    def is_revoked(self, serial: str) -> bool:
        return serial in self.revoked


def _claims(hello: AgentHello, district: DistrictId) -> bytes:
    return f"{district} ".encode() + canonical_json.encode(replace(hello, proof=NO_PROOF))


def _signature(holder: AgentId, claims: bytes) -> bytes:
    return hashlib.sha256(f"the key of {holder} ".encode() + claims).digest()
