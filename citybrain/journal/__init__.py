"""The append-only journal of inputs and checkpoints, with the letters, timers and state texts that
commit beside it. One port, one contract suite, every adapter."""
