"""`make nightly`: runs the pieces one by one and writes a page for each into `docs/results`.

make nightly                  all pieces
make nightly ARGS="seeds chaos"   these
make nightly ARGS=--list      what there is
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from nightly.pieces import PIECES, Piece

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "docs" / "results"
TAIL_LINES = 60  # of a piece's output: its tables stand at the end
PROGRESS = re.compile(r" *\d+/\d+ seeds · | +\d+ s +\d+/\d+( |$)")  # not kept on its page


def main() -> int:
    parser = argparse.ArgumentParser(prog="make nightly", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="PIECE", help="pieces to run (none: all)")
    parser.add_argument("--list", action="store_true", help="show the pieces and run nothing")
    wishes = parser.parse_args()
    known = {piece.name: piece for piece in PIECES}
    if wishes.list:
        for piece in PIECES:
            print(f"{piece.name:14} at most {piece.minutes_max:3} min  {piece.proves}")
        return 0
    unknown = [name for name in wishes.names if name not in known]
    if unknown:
        parser.error(f"there is no piece {unknown[0]!r}. Pieces: {', '.join(known)}")
    held = [run(known[name]) for name in wishes.names or known]
    return 0 if all(held) else 1


def run(piece: Piece) -> bool:
    """Run `piece`, show its output, write its page; whether it held."""
    print(f"== {piece.name}: {piece.proves} (at most {piece.minutes_max} min)", flush=True)
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *piece.command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        lines = _shown(process, piece.minutes_max * 60, began)
        code = process.wait()
    minutes = (time.monotonic() - began) / 60
    held = code == 0
    _write(piece, held, minutes, lines)
    print(f"== {piece.name}: {'held' if held else f'BROKEN (exit {code})'}, {minutes:.1f} min")
    return held


def _shown(process: "subprocess.Popen[str]", seconds_max: float, began: float) -> list[str]:
    lines: list[str] = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if not PROGRESS.match(line):
            lines = [*lines[-TAIL_LINES + 1 :], line.rstrip()]
        if time.monotonic() - began > seconds_max:
            process.terminate()
            lines.append(f"ended: it took more than {seconds_max / 60:.0f} minutes")
    return lines


def _write(piece: Piece, held: bool, minutes: float, lines: list[str]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    body = "\n".join(lines)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    (RESULTS / f"{piece.name}.md").write_text(
        f"# {piece.name}\n\n{piece.proves.capitalize()}.\n\n"
        f"| | |\n|---|---|\n| outcome | {'held' if held else '**broken**'} |\n"
        f"| when | {now:%Y-%m-%d %H:%M} UTC |\n| tree | `{commit}` |\n"
        f"| took | {minutes:.1f} min |\n| machine | {machine} |\n\n"
        f"```text\n{body}\n```\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    raise SystemExit(main())
