"""The laws of units, slots and orders: one checker a file."""
