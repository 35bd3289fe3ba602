"""A box's coming and going as the journal gets it, from its last status. Pure."""

from citybrain.domain.agent import AgentStatus
from citybrain.ids import AgentId
from district_node.inputs import AgentPresenceChanged, SourcePlace


def presence_of(
    agent: AgentId, status: AgentStatus | None, *, is_online: bool
) -> AgentPresenceChanged:
    """Whether it is connected, and if it is, where its sources stand."""
    sources = status.sources if status is not None and is_online else ()
    places = tuple(
        SourcePlace(
            source=one.source,
            place=one.place,
            is_camera=one.is_camera,
            view_cone=one.view_cone,
        )
        for one in sources
    )
    return AgentPresenceChanged(agent=agent, online=is_online, places=places)
