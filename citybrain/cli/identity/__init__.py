"""In whose name commands speak with nodes."""
