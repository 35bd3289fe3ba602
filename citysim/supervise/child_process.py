"""One real process: its start, its output, its readiness, its end.

It starts in a session of its own, with this process's death as its SIGTERM; its output goes to a
bounded log, in which a `ready` line is awaited; it is ended with SIGTERM and then SIGKILL.
"""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from citybrain.structs import Struct
from citysim.errors import ProgramFailedError
from citysim.supervise import parent_death_signal, process_tree
from citysim.supervise.bounded_log import BoundedLog, last_lines
from citysim.supervise.tcp_ports import LOOPBACK

READY = b"ready"
LINE_BYTES_MAX = 64 * 1024
PROBE_S = 0.05
DRAIN_S = 1.0


class Program(Struct, frozen=True, kw_only=True):
    """What to run. `stop_order`: lower ones are stopped first. `grace_s`: from TERM to KILL.

    It is ready when it prints a line that begins with `ready`; with `ready_port`, when it accepts
    connections there (on `ready_host`).
    """

    name: str
    argv: tuple[str, ...]
    stop_order: int
    env: tuple[tuple[str, str], ...] = ()
    ready_port: int | None = None
    ready_host: str = LOOPBACK
    ready_s: float = 60.0
    grace_s: float = 10.0


class ChildProcess:
    """A running process of `program`.

    Its end is learned from a pidfd: the end of its output would wait for grandchildren that hold
    the pipe.
    """

    def __init__(self, program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
        self.program, self.pid = program, process.pid
        self.ready = asyncio.Event()
        self._process, self._log = process, log
        self._exited = asyncio.Event()
        self._pidfd = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._on_exit)
        self._log_task = asyncio.create_task(
            self._copy_output_to_log(), name=f"log of {program.name}"
        )

    @classmethod
    def start(cls, program: Program, *, log: Path, tag: str) -> "ChildProcess":
        """Call it on the event loop's thread, which must live as long as the process.

        The kernel sends the parent-death signal when the thread that started the process ends.
        """
        process = subprocess.Popen(
            (
                sys.executable,
                "-I",
                "-S",
                parent_death_signal.__file__,
                str(os.getpid()),
                *program.argv,
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                process_tree.TAG_VARIABLE: tag,
                **dict(program.env),
            },
            start_new_session=True,
        )
        return cls(program, process, log)

    async def wait_ready(self) -> None:
        """Return once it is ready; raises `ProgramFailedError` when it ends before or is late."""
        waits = [
            asyncio.create_task(self._exited.wait()),
            asyncio.create_task(self._becomes_ready()),
        ]
        await asyncio.wait(waits, timeout=self.program.ready_s, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        if self.ready.is_set():
            return
        await self._drained()
        what = (
            f"ended with code {self._process.returncode}"
            if self._exited.is_set()
            else f"was not ready within {self.program.ready_s:.0f} s"
        )
        raise ProgramFailedError(
            f"{self.program.name} {what}. Its log is {self._log}; the last lines:\n"
            f"{last_lines(self._log, 12)}"
        )

    async def wait(self) -> int:
        """The exit code (negative: the signal that ended it)."""
        await self._exited.wait()
        await self._drained()
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def stop(self) -> int:
        """SIGTERM, after the grace SIGKILL; then SIGKILL what is left of its session.

        Returns the exit code.
        """
        self.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(self.program.grace_s):
                await self._exited.wait()
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
                    self.program.ready_host, self.program.ready_port
                )
            except OSError:
                await asyncio.sleep(PROBE_S)
                continue
            writer.close()
            self.ready.set()
        await self.ready.wait()

    def _on_exit(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self._process.wait()
        self._exited.set()

    async def _drained(self) -> None:
        """Wait briefly for the end of the output: a grandchild may hold the pipe open longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                await asyncio.shield(self._log_task)

    async def _copy_output_to_log(self) -> None:
        reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout
        )
        try:
            with BoundedLog(self._log) as log:
                while line := await _next_line(reader):
                    log.write(line)
                    if line.startswith(READY):
                        self.ready.set()
        finally:
            transport.close()


async def _next_line(reader: asyncio.StreamReader) -> bytes:
    """The next line, b"" at the end; a line that is longer than the limit is left out."""
    while True:
        try:
            return await reader.readline()
        except ValueError:
            continue
