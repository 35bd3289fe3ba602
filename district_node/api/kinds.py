"""The list of incident kinds, out of the playbooks in force."""

from collections.abc import Callable, Mapping

from citybrain.api.lists.conditions import is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.kind import (
    clocks_message,
    kind_message,
    need_message,
    working_clock_message,
)
from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from district_node.cores.state import DistrictState
from district_node.playbook import Playbook


def kind_list(state: Callable[[], DistrictState]) -> PublicList[Playbook]:
    """The list over the state that `state` gives."""

    def items() -> Mapping[str, Playbook]:
        return {playbook.kind: playbook for playbook in state().setup.playbooks}

    return PublicList(collection=KINDS, items=items, row=_row, detail=_row)


def _row(playbook: Playbook, _: Timestamp) -> PublicMessage:
    clocks = playbook.clocks
    return kind_message(
        kind=playbook.kind,
        title_en=playbook.title.en,
        title_zh=playbook.title.zh,
        grid=playbook.grid,
        grid_code=playbook.grid_code,
        seen_by=playbook.seen_by.value,
        texts=playbook.texts,
        needs=[
            need_message(capability=need.capability, quantity=need.quantity, within_s=need.within_s)
            for need in playbook.needs
        ],
        clocks=clocks_message(
            dispatch_s=clocks.dispatch_s,
            arrive_s=clocks.arrive_s,
            handle_s=clocks.handle_s,
            verify_s=clocks.verify_s,
            working=[
                working_clock_message(
                    name=name, hours=span.working_s / 3600, days=span.working_days
                )
                for name, span in clocks.working.items()
            ],
        ),
    )


KINDS: Collection[Playbook] = Collection(
    name="kinds",
    orders={"id": lambda playbook, _: (playbook.kind,)},
    filters={"id": is_word(lambda playbook: playbook.kind)},
    text=lambda playbook: f"{playbook.kind} {playbook.title.en} {playbook.title.zh}",
)
