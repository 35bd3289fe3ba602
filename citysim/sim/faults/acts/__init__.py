"""What faults do to the world when they begin and when they are over, by what they are done to. The table of kinds names them."""
