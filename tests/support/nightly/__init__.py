"""The long tests, in pieces of at most 150 minutes, and the pages of their results."""
