"""What a run came to: counts, latencies and the verdict, all computed from the histories that were kept."""
