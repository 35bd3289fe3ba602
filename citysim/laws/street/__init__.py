"""The laws of what agents say: one checker a file."""
