"""Ties a program to its parent's life and becomes that program: `leash.py PARENT_PID PROGRAM ARG…`. Standard library only; imports nothing of ours.

When the parent dies, however it dies, the kernel sends SIGTERM to the program, which then stops in order as on Ctrl-C.
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
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
