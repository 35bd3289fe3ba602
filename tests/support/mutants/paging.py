"""Bugs of calling people."""

from typing import Any

from citybrain.structs import replace
from district_node.inputs import PageDelivered
from district_node.paging import progress
from district_node.shell.paging.publisher import PagePublisher
from mutants.mutant import Mutant, patch_attribute

LAW = "ground_truth_pages"


def _noted_before_it_is_sent(_send: Any) -> Any:
    async def send(publisher: Any, letter: Any) -> None:
        await publisher._journal(PageDelivered(page=letter.page, incident=letter.incident))

    return send


def _goes_on(acknowledged: Any) -> Any:
    def acknowledged_(before: Any, policy: Any, by: Any, at: Any) -> Any:
        after = acknowledged(before, policy, by, at)
        return replace(after, due=before.due, acknowledged_at=None)

    return acknowledged_


MUTANTS = (
    Mutant(
        name="page_noted_before_it_is_sent",
        bug="That a page was sent is journaled, and it is not sent then.",
        laws=(LAW,),
        plant=patch_attribute(PagePublisher, "_send_until_over", _noted_before_it_is_sent),
    ),
    Mutant(
        name="acknowledged_and_called",
        bug="After an acknowledgement the policy's next steps go on.",
        laws=(LAW,),
        plant=patch_attribute(progress, "acknowledged", _goes_on),
    ),
)
