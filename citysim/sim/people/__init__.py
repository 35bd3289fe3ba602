"""The people of the simulated city: crews with phones, operators, and a duty officer.

They know what their screens show and what they would see in the street, nothing else.
"""
