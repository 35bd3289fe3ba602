"""The laws of the city, as independent checkers over histories.

A history holds the journals with what was decided at each record, the agents' outboxes and the
crews' devices. The checkers read what was sent and written, never the cores that they judge.
"""
