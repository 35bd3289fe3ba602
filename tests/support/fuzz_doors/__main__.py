"""The command: see the package."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from fuzz_doors.agents_door import fuzz_agents
from fuzz_doors.link_door import fuzz_link


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz_doors", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000, help="at the boxes' door")
    parser.add_argument("--streams", type=int, default=3_000, help="at the link")
    parser.add_argument("--seed", type=int, default=1)
    wishes = parser.parse_args()
    return asyncio.run(_fuzz(wishes))


async def _fuzz(wishes: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        wrong = await fuzz_agents(Path(folder), messages=wishes.messages, seed=wishes.seed)
    wrong += await fuzz_link(streams=wishes.streams, seed=wishes.seed)
    for one in wrong[:50]:
        sys.stdout.write(f"{one}\n")
    sys.stdout.write(
        f"{wishes.messages} messages, {wishes.streams} streams, seed {wishes.seed}:"
        f" {len(wrong)} went wrong\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
