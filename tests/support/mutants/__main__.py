"""Counts, from seed 1 on, how many seeds every deliberate bug survives, and prints the table."""

import argparse
import sys
from functools import partial

from citysim.sim.runs.parallel import cores, parallel_map
from mutants import record
from mutants.count import MAX_SEEDS, Caught, count
from mutants.table import BUGS, MUTANTS

EXAMPLE = 'example: make mutants ARGS="--only small_dedup_window,ack_before_commit --seeds 50"'


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__, epilog=EXAMPLE)
    parser.add_argument(
        "--only",
        default=",".join(MUTANTS),
        help="names, with commas between them (all that runs show)",
    )
    parser.add_argument(
        "--seeds", type=int, default=MAX_SEEDS, help=f"run at most for each ({MAX_SEEDS})"
    )
    parser.add_argument("--workers", type=int, default=cores(), help="processes (all cores)")
    parser.add_argument(
        "--write",
        action="store_true",
        help="record the result, for the tests and in the simulator's README",
    )
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := [name for name in options.only if name not in BUGS]:
        parser.error(f"no bug is called {', '.join(unknown)}. There are: {', '.join(BUGS)}.")
    return options


def main() -> int:
    """1 where a bug was caught by no law."""
    options = parse_options()
    caught: list[Caught] = []
    for name, found in parallel_map(
        partial(count, max_seeds=options.seeds), options.only, workers=options.workers
    ):
        print(_line(name, found, options.seeds), flush=True)
        caught += [found] if found is not None else []
    print(f"{len(caught)} of {len(options.only)} bugs were caught")
    if options.write:
        record.write(caught)
    return 0 if len(caught) == len(options.only) else 1


def _line(name: str, found: Caught | None, seeds: int) -> str:
    if found is None:
        return f"{name:24} NOT CAUGHT by {seeds} seeds"
    others = f" (and {', '.join(found.others)})" if found.others else ""
    return f"{name:24} {found.needed:4}  {found.law}: {found.what}{others}"


if __name__ == "__main__":
    sys.exit(main())
