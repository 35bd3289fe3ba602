"""Decides a journal again: what today's code would do otherwise, and whether what is stored is what
its records lead to. Reads only."""
