"""What other code left, as this code takes it over: the state of a checkpoint, and the letters that
wait. What an older text says and today's type would not keep is a refusal, not a loss."""

import json
from collections.abc import Iterator
from typing import TypeVar

from citybrain import canonical_json
from citybrain.decider.cores import Cores
from citybrain.decider.state_text import StateText, state_text
from citybrain.errors import FormatMismatchError, UpgradeError
from citybrain.journal.port import Letter, Store

S = TypeVar("S")

PAGE_LETTERS = 1_000  # read at once


def taken_over(cores: Cores[S], text: bytes, version: int) -> tuple[S, StateText]:
    """The state in a text of other code, and its text as this code writes it. Nothing that the text
    says may be lost without an upcaster that drops it."""
    upcast = cores.state.upcast(text, version)
    state = cores.state.decode(upcast, cores.state.version)
    own_text = state_text(state, cores.state.type)
    lost = next(_lost(json.loads(upcast), json.loads(own_text.whole), "state"), None)
    if lost is not None:
        raise FormatMismatchError(
            f"this version of the software would forget {lost}, which the version before kept in"
            " its state. Start that version again, and report this: an upcaster is missing."
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
    name = f"letter {letter.position} to {letter.to} ({letter.kind})"
    try:
        upcast = cores.letters.upcast(letter.kind, letter.version, letter.payload)
        value = cores.letters.decode(letter.kind, letter.version, letter.payload)
    except UpgradeError as error:
        raise type(error)(f"{name}, which still waits, cannot be read: {error}") from error
    lost = next(_lost(json.loads(upcast), json.loads(canonical_json.encode(value)), name), None)
    if lost is not None:
        raise FormatMismatchError(
            f"this version of the software would not send {lost}, which the version before wrote."
            " Start that version again until its letters are sent, and report this: an upcaster is"
            " missing."
        )


def _lost(before: object, after: object, where: str) -> Iterator[str]:
    """What of `before` is not in `after`, which may hold more fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in after:
                yield from _lost(value, after[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _lost(one, other, f"{where}[{number}]")
    elif before != after and not (before in ({}, []) and after in ({}, [])):
        yield where  # but an empty map may be written either way
