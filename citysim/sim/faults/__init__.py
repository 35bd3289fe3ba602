"""Fault injection: a closed table of fault kinds, and fault schedules drawn from the seed."""
