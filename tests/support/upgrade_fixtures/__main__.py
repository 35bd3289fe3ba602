"""Makes the set of this version: `make fixtures VERSION=0.1.0`."""

import argparse
import json
import shutil
import sys
from pathlib import Path

from upgrade_fixtures.sets import FIXTURES, make_set, write_protos


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fixtures", description=__doc__)
    parser.add_argument("version", help="the release, for example 0.1.0; 0.1.0-dev before it")
    parser.add_argument("--to", type=Path, default=FIXTURES, help="the folder for the set")
    parser.add_argument("--protos", action="store_true", help="only the wire's descriptors")
    wanted = parser.parse_args()
    folder = wanted.to / wanted.version
    if wanted.protos:
        write_protos(folder)
        return
    if folder.exists() and not wanted.version.endswith("-dev"):
        sys.exit(f"{folder} exists: the set of a release is never made again.")
    shutil.rmtree(folder, ignore_errors=True)
    made = make_set(folder, wanted.version)
    sys.stdout.write(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
