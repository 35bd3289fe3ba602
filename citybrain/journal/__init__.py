"""The append-only journal of inputs, with the outbox letters, timers and snapshots that commit beside it. One port, one contract suite, every adapter."""
