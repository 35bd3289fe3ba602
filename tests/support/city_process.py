"""`citybrain city run` as a process of its own, and its command line, on a folder of a test's."""

import os
import subprocess
import sys
from contextlib import contextmanager

CITYBRAIN = [sys.executable, "-m", "citybrain.cli.main"]
CONFIG = """
name = {{en = "Test City", zh = "测试市"}}
data_dir = "{folder}/data"
[listen]
grpc = "127.0.0.1:0"
[ray]
mode = "{mode}"
"""


def call(*words):
    return subprocess.run(
        [*CITYBRAIN, "city", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "160"},
    )


def written(folder, mode="off"):
    path = folder / "city.toml"
    path.write_text(CONFIG.format(folder=folder, mode=mode))
    return str(path)


@contextmanager
def running(config):
    """The process and the address it serves."""
    process = subprocess.Popen(
        [*CITYBRAIN, "city", "run", "--config", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("ready city grpc="), (
            line,
            process.stderr.read() if process.poll() is not None else "",
        )
        yield process, "127.0.0.1:" + line.split("grpc=")[1].split()[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
