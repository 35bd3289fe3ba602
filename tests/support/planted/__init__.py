"""Breaks of the rules in `archrules`, by what they break; a test plants them in a copy."""
