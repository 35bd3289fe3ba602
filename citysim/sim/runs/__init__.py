"""Many scenarios run, one replayed, a failing one shrunk: what stands around a single run."""
