"""The table of deliberate bugs: those that stories show, and those that take more than the first 200."""

from collections.abc import Mapping
from dataclasses import replace

from mutants import belief, journal, links, orders, street
from mutants.mutant import Mutant

MODULES = (street, journal, links, orders, belief)
SHOWN_BY: Mapping[str, str] = {  # what 200 stories do not show: why, and what does
    "ranges_ignored": "the same items come again from the outbox; `tests/citybrain/outbox/test_marks.py`",
    "refused_ack_done": "wants a disk that is full in the moment of an acknowledgement, and a quiet agent afterwards; regression seed 115",
    "severe_goes_first": "no story fills an outbox; `tests/contract`, `tests/citybrain/outbox`",
    "gap_not_declared": "wants an outbox that fills, and no story of today's fills one; `tests/citybrain/outbox`, `tests/contract`",
    "blind_is_observed": "wants blindness within a look; `tests/street_agent/test_reobserve.py`",
    "moved_row_lost": "wants two firings of one transaction; `tests/citybrain/reactor`, the explorer",
    "repeats_taken": "the link never repeats a letter that it has seen journaled; `tests/simulation/test_planted_bugs.py`",
    "last_refusal_unseen": "wants a full disk for the last letter of a stream; `tests/district_node/shell/test_uplink.py`",
    "slot_version_ignored": "wants a need that changes between plan and claim; the explorer finds it (`tests/simulation/test_planted_bugs.py`)",
    "no_tombstones": "streams are in order, so nothing overtakes; the explorer finds it (`tests/simulation/test_planted_bugs.py`)",
    "answers_not_repeated": "the city asks again only where an answer was lost with a store; `tests/integration/test_crash_table.py`",
    "button_of_another": "phones show their own orders only; `tests/district_node/cores`",
    "any_answer_counts": "agents answer the question that was asked; `tests/district_node/cores`",
    "one_clear_is_enough": "wants two sources on one incident as it is looked at; regression seed 569",
}
ALL = [replace(mutant, shown_by=SHOWN_BY.get(mutant.name, mutant.shown_by)) for module in MODULES for mutant in module.MUTANTS]
MUTANTS: Mapping[str, Mutant] = {mutant.name: mutant for mutant in ALL if not mutant.shown_by}
UNSEEN: Mapping[str, Mutant] = {mutant.name: mutant for mutant in ALL if mutant.shown_by}  # by the first 200 seeds
