"""Commands that every node has alike, whichever tier it is of."""
