"""Participants that are who they say they are, and say anything: an enrolled box, a crew's device.

What they cause under their own names is theirs; the laws hold for everybody else.
"""
