"""The stories of the shift, in the order in which they are played."""
