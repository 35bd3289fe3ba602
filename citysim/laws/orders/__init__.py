"""The laws of units, slots and orders: one checker per file."""
