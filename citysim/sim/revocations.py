"""Boxes whose certificates are revoked while the city runs, and that join again: what an authority
does about its boxes, noted for the laws. What follows from it is production's."""

from collections.abc import Mapping

from citybrain.ids import AgentId, DistrictId
from citysim.laws.ground_truth_log import BoxRevoked
from citysim.sim.identities import Certificates
from citysim.sim.nodes.district import DistrictProcess


class Revocations:
    """`noted`: every certificate that was revoked, in the order of time."""

    def __init__(
        self, certificates: Certificates, districts: Mapping[DistrictId, DistrictProcess]
    ) -> None:
        self._certificates, self._districts = certificates, districts
        self._revoked: set[AgentId] = set()
        self.noted: list[BoxRevoked] = []

    @property
    def revoked(self) -> frozenset[AgentId]:
        """The boxes without a certificate that counts."""
        return frozenset(self._revoked)

    def revoke(self, agent: AgentId, district: DistrictId) -> None:
        """The certificate of this box of the district, unless it has none any more."""
        if agent in self._revoked:
            return
        self._revoked.add(agent)
        node = self._districts[district]
        self.noted.append(
            BoxRevoked(
                district=district,
                agent=agent,
                serial=self._certificates.revoke(agent),
                at=node.clock.now(),
                after_seq=node.store.head().seq,
            )
        )

    def let_back(self, agent: AgentId) -> None:
        """It joins again, where it was revoked."""
        if agent in self._revoked:
            self._revoked.remove(agent)
            self._certificates.join_again(agent)
