"""Scene packs: reads a folder of data into values, checks it whole, composes several. A pack's own
Python may import this package only.
"""
