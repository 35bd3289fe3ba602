"""A shift played in the browser: two operators, a duty officer and six crews, each at a page of its
own in Chromium, before real processes and the sensors of a street. `make shift`.
"""
