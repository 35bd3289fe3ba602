"""Both owners' sides of an order: the unit's (roster) and the incident's (slots), each answering
for what is its own.
"""
