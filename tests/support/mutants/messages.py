"""Bugs of what is written to crews of other districts."""

from typing import Any

from citybrain.structs import replace
from district_node.cores import messages
from district_node.cores.flows.messages import shown
from mutants.mutant import Mutant, patch_attribute


def _keeps_answers(post_receipt: Any) -> Any:
    """Not even that it was read."""

    def post_receipt_(draft: Any, message: Any) -> None:
        post_receipt(draft, replace(message, read_at=None, replies=()))

    return post_receipt_


def _shows_again(with_message: Any) -> Any:
    """Under the id that it has."""

    def with_message_(known: Any, message: Any) -> Any:
        after = with_message(known, message)
        return with_message(after, message) if messages.is_shown_here(message) else after

    return with_message_


MUTANTS = (
    Mutant(
        name="answers_kept_back",
        bug="What another district's message was answered is not said to that district.",
        laws=("messages_kept",),
        plant=patch_attribute(shown, "post_receipt", _keeps_answers),
    ),
    Mutant(
        name="message_shown_twice",
        bug="A message of another district is shown to its crew twice.",
        laws=("messages_kept",),
        plant=patch_attribute(messages, "with_message", _shows_again),
    ),
)
