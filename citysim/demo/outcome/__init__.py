"""The outcome of a demo run: counts, latencies and the verdict, all from the histories."""
