"""The laws of the city as independent checkers over histories: journals with what was decided at each record, agents' outboxes, crews' devices.

They look at what was said and written, never into the state of the cores that are being judged.
"""
