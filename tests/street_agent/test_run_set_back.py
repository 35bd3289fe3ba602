"""A running box whose time was ahead begins anew with the right one, in the same process."""

import asyncio
import json

from citybrain.clock import SECOND_US
from citybrain.node_time.kernel_sync import LinuxKernelSync
from citybrain.system_clock import MachineClocks
from street_agent import agent as agent_process
from street_agent.agent import CHECKPOINT_FILE
from street_agent.agent_loop import ThreadHeartbeats
from street_agent.checkpoint.file import FileCheckpointStore
from street_agent.errors import StatusError
from street_agent.status.status_socket import STATUS_SOCKET, ask

DAY_US = 86_400 * SECOND_US
LEVEL = {"id": "level-1", "source": "levels.csv", "place": {"lat": 30.66, "lon": 104.06}}


def alive_at(box):
    known = FileCheckpointStore(box.data_dir / CHECKPOINT_FILE).load(2**60)
    return known.alive_at if known else 0


def conditions(box):
    try:
        shown = json.loads(ask(box.data_dir / STATUS_SOCKET))
    except StatusError:
        return ["none"]
    return [one["code"] for one in shown["conditions"]]


def test_a_clock_that_is_set_right_brings_the_box_back(tmp_path, config, monkeypatch):
    machine, real = MachineClocks(), MachineClocks.wall_us

    def right_us():
        return real(machine)

    off = {"us": DAY_US, "is_kept": False}
    monkeypatch.setattr(MachineClocks, "wall_us", lambda _: right_us() + off["us"])
    monkeypatch.setattr(LinuxKernelSync, "is_synchronised", lambda _: off["is_kept"])
    (tmp_path / "levels.csv").write_text("seconds,value\n0,0.5\n1000,0.5\n")
    box = config(tmp_path / "box", camera=[], sensor=[LEVEL], broker={"port": 1})

    async def until(condition):
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(condition):
                await asyncio.sleep(0.05)

    async def main():
        stop = asyncio.Event()
        running = asyncio.create_task(
            agent_process.run(
                box,
                open_model=None,
                folder=tmp_path,
                stop=stop,
                heartbeats=ThreadHeartbeats.new(),
            )
        )
        await until(lambda: alive_at(box) > right_us() + DAY_US // 2)
        off["us"] = 0  # somebody sets the clock right …
        await until(lambda: "clock_held" in conditions(box))
        off["is_kept"] = True  # … and a while later the kernel says so
        await until(lambda: 0 < alive_at(box) < right_us() + 60 * SECOND_US)
        await until(lambda: not {"clock_held", "none"} & set(conditions(box)))
        assert not running.done(), "it goes on"
        stop.set()
        await running

    asyncio.run(main())
