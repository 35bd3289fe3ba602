"""What agents send waits here in its sender's turn, before it is decoded. Decides nothing."""
