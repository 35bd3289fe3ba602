"""`make shift`: plays the shift once and prints it; exit code 0 only if all of it was seen.

make shift                       30 cases
make shift ARGS="--cases 6"      its beginning
make shift ARGS="--keep FOLDER"  pictures, journals and logs lie there
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from citysim.demo.prepare.configs import RunFolder
from citysim.demo.prepare.street_map import ensure_map
from shift.plan import CASES, planned
from shift.play import play
from shift.table import show


def main() -> int:
    parser = argparse.ArgumentParser(prog="make shift", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many (default: {CASES})")
    parser.add_argument("--only", default="", help="only these stories, by name, with commas")
    parser.add_argument("--keep", type=Path, help="everything lies in this new folder")
    wishes = parser.parse_args()
    folder = (wishes.keep or Path(tempfile.mkdtemp(prefix="citybrain-shift-"))).resolve()
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    console = Console(width=160)
    base_map, why = ensure_map(console)
    if why:
        print(f"without streets under the marks: {why}", flush=True)
    parts = planned(wishes.cases, wishes.only)
    run = RunFolder(root=folder / "run")
    played = asyncio.run(play(run, pictures, parts, base_map, lambda text: print(text, flush=True)))
    show(played, console)
    print(f"pictures: {pictures}")
    return 1 if played.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
