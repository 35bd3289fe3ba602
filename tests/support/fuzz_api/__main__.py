"""`python -m fuzz_api [--examples N]`: serves a district with incidents and a city with a plan, and
lets schemathesis send each whatever its OpenAPI description allows, and what that forbids.

Exit code 0: no answer was of status 500, of another form than described, or accepted what the
description forbids. Schemathesis is not one of our requirements: it is installed from its own lock
into a folder that goes when the run ends.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from served_city import ServedCity
from served_district import ServedDistrict, unit

LOCK = Path(__file__).with_name("requirements.lock")
# What a schema cannot say is refused all the same: a filter's language, an id that is printable.
NOT_CHECKED = "positive_data_acceptance"
STREAMS = "/changes$"  # they do not end; the contract tests have them


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz_api", description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=300, help="per operation")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = _installed(Path(folder))
        return asyncio.run(_fuzz(program, Path(folder), wishes.examples))


async def _fuzz(schemathesis: Path, folder: Path, examples: int) -> int:
    units = (unit(f"riverside-{n}", metres=200.0 * n) for n in range(1, 6))
    async with ServedDistrict(*units) as district:
        await district.events(30)
        of_district = await _run(schemathesis, folder, district.url, examples)
    async with ServedCity() as city:
        await city.plan()
        return of_district or await _run(schemathesis, folder, city.url, examples)


async def _run(schemathesis: Path, folder: Path, url: str, examples: int) -> int:
    process = await asyncio.create_subprocess_exec(
        str(schemathesis),
        "run",
        f"{url}/api/v1/openapi.json",
        "--exclude-path-regex",
        STREAMS,
        "--exclude-checks",
        NOT_CHECKED,
        "--max-examples",
        str(examples),
        cwd=folder,
    )
    return await process.wait()


def _installed(folder: Path) -> Path:
    """The program, in an environment of its own."""
    uv = Path(sys.executable).with_name("uv")
    environment = folder / "environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    subprocess.run(
        [
            *(uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python"),
            *("--require-hashes", "-r", LOCK),
        ],
        check=True,
    )
    return environment / "bin" / "schemathesis"


if __name__ == "__main__":
    raise SystemExit(main())
