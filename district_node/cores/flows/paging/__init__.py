"""Whom the district calls about its incidents, and what follows: from their beginning to what
became of each call."""
