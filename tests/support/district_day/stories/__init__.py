"""The stories of the day: what happens to a case, and what the operator does about it."""
