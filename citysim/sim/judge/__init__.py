"""Judging a story that was told: its histories for the laws, and whether everything right has happened."""
