"""Becomes a program that gets SIGTERM when its parent dies.

Usage: `parent_death_signal.py PARENT_PID PROGRAM ARG…`.

However the parent dies, the kernel then sends the signal, and the program stops in order as on
Ctrl-C. Standard library only, because the script runs isolated (`python -I -S`).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the signal was set
        sys.exit(1)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
