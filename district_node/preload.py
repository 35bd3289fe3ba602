"""What takes seconds to load and is needed only later is loaded beside the work."""

import threading

from district_node.dispatch.assignment_problem import assign


def load_solver() -> None:
    """Solve one assignment on a thread that nobody waits for, which loads the solver. It takes a
    second, and three on a busy machine: too long for whoever decides the first dispatch, and too
    long for a node's start."""
    threading.Thread(target=assign, args=(((1,),),), name="solver", daemon=True).start()
