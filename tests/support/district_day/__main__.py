"""`make day`: plays the day once and prints it; exit code 0 where everything ended as it should.

make day                       200 cases
make day ARGS="--keep FOLDER"  journals and logs stay there
"""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from citysim.demo.prepare.configs import RunFolder
from district_day.plan import CASES, planned
from district_day.play import play
from district_day.table import show


def main() -> int:
    parser = argparse.ArgumentParser(prog="make day", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many (default: {CASES})")
    parser.add_argument("--keep", type=Path, help="keep everything in this new folder")
    wishes = parser.parse_args()
    folder = wishes.keep or Path(tempfile.mkdtemp(prefix="citybrain-day-"))
    console = Console(width=200)
    run = RunFolder(root=folder.resolve())
    played = asyncio.run(play(run, planned(wishes.cases), lambda text: print(text, flush=True)))
    show(played, console)
    if wishes.keep is None and not played.failures:
        shutil.rmtree(folder)
    else:
        print(f"everything of it is in {folder}")
    return 1 if played.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
