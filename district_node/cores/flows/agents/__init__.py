"""What boxes set in motion: who of them is believed, their connections, what they report."""
