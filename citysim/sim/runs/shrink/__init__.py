"""Shrinking a failing scenario: earliest moment, fewest faults, fewest street events."""
