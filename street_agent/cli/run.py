"""`street run`: the agent as a process. Only wires the command line to `street_agent.agent`."""

import asyncio
from pathlib import Path

from citybrain.cli.process import log_to_stderr, run_until_signal
from citybrain.config.load import load
from citybrain.system_clock import SystemClock
from street_agent import agent
from street_agent.agent_loop import ThreadHeartbeats
from street_agent.config import StreetConfig
from street_agent.detect.ort import DetectorOptions, OrtDetector, open_detector
from street_agent.track.associate import WEAK


def run_agent(path: Path, log_level: str) -> None:
    """Run until a signal; raises `ConfigError`, `StoreBusyError` or `AgentFailedError`."""
    log_to_stderr(log_level)
    config = load(path, StreetConfig)
    heartbeats = ThreadHeartbeats.new()

    async def main(stop: asyncio.Event) -> None:
        await agent.run(
            config,
            open_model=open_for_tracking,
            folder=path.parent,
            stop=stop,
            heartbeats=heartbeats,
        )

    run_until_signal(main, *heartbeats)


def open_for_tracking(name: str) -> OrtDetector:
    """The detector with its weak detections too: the tracker knows what to do with them. Raises
    `ModelError`."""
    return open_detector(name, clock=SystemClock(), options=DetectorOptions(score_min=WEAK))
