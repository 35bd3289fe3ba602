"""What sources count and read, a point a minute, kept for two days: for pictures, not decisions."""
