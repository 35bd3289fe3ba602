"""What one run leaves for the next beside the outbox: the last sign of life and the open episodes."""
