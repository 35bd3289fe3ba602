"""How a district's interpreter shares its time while messages come: for its composition root."""

import gc
import sys

# How long one thread keeps the interpreter while another wants it; 5 ms is Python's own. A message
# passes five threads, and in a flood two of them always want it: each turn costs its change, and
# twice as long ones take a fifth less of the machine. What an alarm waits for them is measured in
# `tests/bench/test_bench_flood.py`.
SWITCH_S = 0.01
# New containers between two searches for cycles, 700 being Python's own; and how many of the
# youngest make one of the middle, and of those one of all. What a message leaves behind holds no
# cycles: searches found nothing and cost ingest a tenth.
SEARCH_AFTER = (5_000, 10, 10)


def take_long_turns() -> None:
    """Let this process's threads take longer turns."""
    sys.setswitchinterval(SWITCH_S)


def search_new_objects_only() -> None:
    """Let no later search for cycles look at what is loaded by now: modules, schemas, the state
    that was recovered. Once, when the process is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEARCH_AFTER)
