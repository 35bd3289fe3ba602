"""The solver of the assignment problem is there when it is needed, and nobody waits for it."""

import subprocess
import sys


def test_the_solver_is_loaded_in_the_background():
    """In a process of its own: this one has it."""
    program = (
        "import sys, threading\n"
        "from district_node.node import load_solver\n"
        "assert 'scipy.optimize' not in sys.modules, 'a start waits for it'\n"
        "load_solver()\n"
        "(loader,) = [one for one in threading.enumerate() if one.name == 'solver']\n"
        "loader.join()\n"
        "assert 'scipy.optimize' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
