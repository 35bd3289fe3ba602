"""`kill -9` of every process of the city in turn, during one run."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from demo_scenarios.running import (
    demo_in,
    flood_is_closed,
    is_back,
    is_recovered,
    note,
    report,
    running,
    until,
)


async def main(folder: Path) -> dict[str, Any]:
    demo = demo_in(folder)
    async with running(demo):
        names = sorted(demo.pids())
        for name in names:
            old = demo.pids()[name]
            os.kill(old, signal.SIGKILL)
            note("killed", name)
            await until(is_back(demo, name, old), f"the return of {name}", 90)
        await until(lambda: is_recovered(demo), "the recovery", 60)
        await until(lambda: flood_is_closed(demo), "the closing of the flood", 180)
    return {"names": names, **await report(demo)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
