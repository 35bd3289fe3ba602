"""The model of the stream between a district and the city: two ordered logs that resume from what
was journaled, as in production."""

from collections.abc import Iterator

from citysim.explore.model.actions import ActionKind
from citysim.explore.model.global_state import BROKEN, CONNECTED, DETECTED, LocalState, Queues
from citysim.explore.model.local_transition import LocalTransition, LocalTransitions
from citysim.explore.model.node_states import Posted
from citysim.explore.model.nodes import Nodes


class LinkModel:
    def __init__(self, nodes: Nodes, queues: Queues, transitions: LocalTransitions) -> None:
        self._nodes, self._queues, self._transitions = nodes, queues, transitions

    def deliveries(self, local: LocalState) -> Iterator[LocalTransition]:
        """Letters arrive in their order; a broken stream is opened again, whether or not the loss
        was detected."""
        if local.link == CONNECTED:
            yield from self._next_letters(local)
            return
        d, name = local.d, self._nodes.names[local.d]
        opened = self._nodes.connect(d, local.city, local.district)
        yield self._transitions.make(
            local,
            (ActionKind.RESUME, name),
            city=opened.city,
            district=opened.district,
            link=CONNECTED,
        )
        if local.link == BROKEN:
            detected = self._nodes.detect_loss(d, local.city, local.district)
            yield self._transitions.make(
                local,
                (ActionKind.DETECT_LOSS, name),
                city=detected.city,
                district=detected.district,
                link=DETECTED,
            )

    def duplicates(self, local: LocalState) -> Iterator[LocalTransition]:
        """A letter is delivered twice, under the position that it has."""
        if local.link != CONNECTED:
            return
        d, nodes, name = local.d, self._nodes, self._nodes.names[local.d]
        if local.up:
            letter = self._queues.first(local.up)
            city, first = nodes.deliver_up(d, local.city, letter)
            city, more = nodes.deliver_up(d, city, letter, is_repeat=True)
            yield self._transitions.make(
                local._replace(up=self._queues.without_first(local.up)),
                (ActionKind.DUPLICATE_UP, name),
                "duplicates",
                city=(city, _joined(first, more)),
            )
        if local.down:
            letter = self._queues.first(local.down)
            district, first = nodes.deliver_down(d, local.district, letter)
            district, more = nodes.deliver_down(d, district, letter, is_repeat=True)
            yield self._transitions.make(
                local._replace(down=self._queues.without_first(local.down)),
                (ActionKind.DUPLICATE_DOWN, name),
                "duplicates",
                district=(district, _joined(first, more)),
            )

    def disconnections(self, local: LocalState) -> Iterator[LocalTransition]:
        if local.link == CONNECTED:
            action = (ActionKind.DISCONNECT, self._nodes.names[local.d])
            yield self._transitions.make(local, action, "losses", link=BROKEN)

    def _next_letters(self, local: LocalState) -> Iterator[LocalTransition]:
        d, name = local.d, self._nodes.names[local.d]
        if local.up:
            yield self._transitions.make(
                local._replace(up=self._queues.without_first(local.up)),
                (ActionKind.DELIVER_UP, name),
                city=self._nodes.deliver_up(d, local.city, self._queues.first(local.up)),
            )
        if local.down:
            letter = self._queues.first(local.down)
            yield self._transitions.make(
                local._replace(down=self._queues.without_first(local.down)),
                (ActionKind.DELIVER_DOWN, name),
                district=self._nodes.deliver_down(d, local.district, letter),
            )


def _joined(first: Posted, more: Posted) -> Posted:
    return tuple(a + b for a, b in zip(first, more, strict=True))
