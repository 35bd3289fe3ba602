"""One real process: started in a session of its own on a leash, its output kept in a bounded log, its `ready` line awaited, ended with TERM and then KILL."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from citysim.errors import ProgramFailedError
from citysim.supervise import leash, tree
from citysim.supervise.logfile import BoundedLog, last_lines
from citysim.supervise.ports import LOOPBACK

READY = b"ready"
LINE_BYTES_MAX = 64 * 1024
PROBE_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run. `stop_rank`: lower ones are stopped first. `grace_s`: from TERM to KILL.

    It is ready when it prints a line that begins with `ready`; with `ready_port`, when it accepts connections there (on `ready_commit_thread`).
    """

    name: str
    argv: tuple[str, ...]
    stop_rank: int
    env: tuple[tuple[str, str], ...] = ()
    ready_port: int | None = None
    ready_commit_thread: str = LOOPBACK
    ready_s: float = 60.0
    grace_s: float = 10.0


class Child:
    """A running process of `program`. Its end is learned from a pidfd: the end of its output would wait for grandchildren that hold the pipe."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
        self.program, self.pid = program, process.pid
        self.ready = asyncio.Event()
        self._process, self._log = process, log
        self._over = asyncio.Event()
        self._pidfd = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._ended)
        self._pump = asyncio.create_task(self._keep_output(), name=f"log of {program.name}")

    @classmethod
    def start(cls, program: Program, *, log: Path, mark: str) -> "Child":
        """From the event loop's thread, which must live as long as the process (the leash is tied to it)."""
        process = subprocess.Popen(
            (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *program.argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", tree.MARK: mark, **dict(program.env)},
            start_new_session=True,
        )
        return cls(program, process, log)

    async def wait_ready(self) -> None:
        """Return once the process said `ready`; raises `ProgramFailedError` when it ends before or says nothing in time."""
        waits = [asyncio.create_task(self._over.wait()), asyncio.create_task(self._becomes_ready())]
        await asyncio.wait(waits, timeout=self.program.ready_s, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        if self.ready.is_set():
            return
        await self._drained()
        what = (
            f"ended with code {self._process.returncode}"
            if self._over.is_set()
            else f"was not ready within {self.program.ready_s:.0f} s"
        )
        raise ProgramFailedError(
            f"{self.program.name} {what}. Its log is {self._log}; the last lines:\n{last_lines(self._log, 12)}"
        )

    async def wait(self) -> int:
        """The exit code (negative: the signal that ended it)."""
        await self._over.wait()
        await self._drained()
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def stop(self) -> int:
        """TERM, wait for the grace, then KILL; at last KILL whatever is left of its session. The exit code."""
        self.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._over.wait(), self.program.grace_s)
        except TimeoutError:
            self.send(signal.SIGKILL)
        code = await self.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        return code

    async def _becomes_ready(self) -> None:
        while self.program.ready_port is not None and not self.ready.is_set():
            try:
                _, writer = await asyncio.open_connection(
                    self.program.ready_commit_thread, self.program.ready_port
                )
            except OSError:
                await asyncio.sleep(PROBE_S)
                continue
            writer.close()
            self.ready.set()
        await self.ready.wait()

    def _ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._process.wait()
        self._over.set()

    async def _drained(self) -> None:
        """Wait briefly for the end of the output: a grandchild may hold the pipe open for longer."""
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._pump), 1.0)

    async def _keep_output(self) -> None:
        reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout
        )
        try:
            with BoundedLog(self._log) as log:
                while line := await _line(reader):
                    log.write(line)
                    if line.startswith(READY):
                        self.ready.set()
        finally:
            transport.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next line; one that is longer than the limit is left out. Empty at the end."""
    while True:
        try:
            return await reader.readline()
        except ValueError:
            continue
