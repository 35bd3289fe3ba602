"""Names that one process on this machine may hold."""

import subprocess
import sys

from citysim.supervise.machine_claims import claim, release

HOLD = """
from citysim.supervise.machine_claims import claim
print(claim("test/a"), flush=True)
input()
"""


def test_a_name_is_held_once_until_its_process_ends_however_it_ends():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "True\n"
    assert not claim("test/a")
    assert claim("test/b")
    holder.kill()
    holder.communicate()
    assert claim("test/a")
    release("test/a")
    release("test/b")


def test_what_was_given_back_can_be_claimed_again():
    assert claim("test/c")
    assert not claim("test/c"), "not even by the same process: it would not know for whom"
    release("test/c")
    release("test/c")
    assert claim("test/c")
    release("test/c")
