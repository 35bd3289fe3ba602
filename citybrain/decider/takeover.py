"""What other code left, as this code takes it over: the state of a checkpoint, and the letters that
wait. What an older text says and today's type would not keep is a refusal, not a loss."""

from typing import TypeVar

from citybrain.decider.cores import Cores
from citybrain.decider.state_text import StateText, state_text
from citybrain.errors import FormatMismatchError, UpgradeError
from citybrain.formats import lost
from citybrain.journal.port import Letter, Store

S = TypeVar("S")

PAGE_LETTERS = 1_000  # read at once


def taken_over(cores: Cores[S], text: bytes, version: int) -> tuple[S, StateText]:
    """The state in a text of other code, and its text as this code writes it. Nothing that the text
    says may be lost without an upcaster that drops it."""
    upcast = cores.state.upcast(text, version)
    state = cores.state.decode(upcast, cores.state.version)
    own_text = state_text(state, cores.state.type)
    forgotten = lost(upcast, own_text.whole, "state")
    if forgotten is not None:
        raise FormatMismatchError(
            f"this version of the software would forget {forgotten}, which the version before kept"
            " in its state. Start that version again, and report this: an upcaster is missing."
        )
    return state, own_text


def check_letters(cores: Cores[S], store: Store) -> None:
    """Raise `UpgradeError` where a letter that waits could not be sent as it was written: a link
    would set it apart, and it would be lost."""
    for peer in store.peers():
        after = 0
        while page := store.letters(to=peer, after=after, limit=PAGE_LETTERS):
            for letter in page:
                _check_letter(cores, letter)
            after = page[-1].position


def _check_letter(cores: Cores[S], letter: Letter) -> None:
    try:
        cores.letters.decode_whole(letter.kind, letter.version, letter.payload)
    except UpgradeError as error:
        raise type(error)(
            f"letter {letter.position} to {letter.to} ({letter.kind}), which still waits, cannot be"
            f" sent: {error}"
        ) from error
