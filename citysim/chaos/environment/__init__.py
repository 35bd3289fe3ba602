"""Where the processes of a chaos run live: small disks, clocks that can be stepped, run tags.

By the tags a later run finds what a dead one left.
"""
