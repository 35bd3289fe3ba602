"""Whose case an incident is: the order of departments, and what follows where one returns it."""
