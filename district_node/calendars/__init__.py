"""Working calendars: their values, the arithmetic of working time, and the files they are read
from.
"""
