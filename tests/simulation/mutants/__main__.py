"""Counts, from seed 1 on, how many seeds every deliberate bug survives, and prints the table: `python tests/simulation/mutants --help`."""

import argparse
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutants import record
from mutants.count import ENOUGH, Caught, counted
from mutants.table import BUGS, MUTANTS

from citysim.sim.runs.spread import cores, spread

EXAMPLE = (
    "example: python tests/simulation/mutants --only small_window,ack_before_commit --seeds 50"
)


def wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tests/simulation/mutants", description=__doc__, epilog=EXAMPLE
    )
    parser.add_argument(
        "--only",
        default=",".join(MUTANTS),
        help="names, with commas between them (all that stories show)",
    )
    parser.add_argument(
        "--seeds", type=int, default=ENOUGH, help=f"told at most for each ({ENOUGH})"
    )
    parser.add_argument("--workers", type=int, default=cores(), help="processes (all cores)")
    parser.add_argument(
        "--write",
        action="store_true",
        help="keep what is found, for the tests and on the simulator's page",
    )
    wished = parser.parse_args()
    wished.only = wished.only.split(",")
    if unknown := [name for name in wished.only if name not in BUGS]:
        parser.error(f"no bug is called {', '.join(unknown)}. There are: {', '.join(BUGS)}.")
    return wished


def main() -> int:
    """1 where a bug was seen by no law."""
    wished = wishes()
    caught: list[Caught] = []
    for name, found in spread(
        partial(counted, most=wished.seeds), wished.only, workers=wished.workers
    ):
        print(_line(name, found, wished.seeds), flush=True)
        caught += [found] if found is not None else []
    print(f"{len(caught)} of {len(wished.only)} bugs were caught")
    if wished.write:
        record.write(caught)
    return 0 if len(caught) == len(wished.only) else 1


def _line(name: str, found: Caught | None, most: int) -> str:
    if found is None:
        return f"{name:24} NOT CAUGHT by {most} seeds"
    return f"{name:24} {found.needed:4}  {found.law}: {found.what}" + (
        f" (and {', '.join(found.others)})" if found.others else ""
    )


if __name__ == "__main__":
    sys.exit(main())
