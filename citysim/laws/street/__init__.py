"""The laws of what agents report: one checker per file."""
