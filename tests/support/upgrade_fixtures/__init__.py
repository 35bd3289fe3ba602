"""The files that a release leaves for later versions to open: how a set is made and what is in it.

One command makes a set: `make fixtures VERSION=0.1.0`. Nobody edits one.
"""
