"""What one run leaves for the next beside the outbox: its last sign of life, its open episodes."""
