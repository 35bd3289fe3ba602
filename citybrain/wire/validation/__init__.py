"""What every message is checked against on its way in."""
