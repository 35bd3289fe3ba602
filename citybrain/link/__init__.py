"""The exchange of two ordered logs over one stream: a protocol without I/O, and what carries it.

`exchange` is the whole protocol of one end as a frozen value: frames, letters, commits and time go
in; frames, effects and the next wake-up come out. Both ends run the same code and differ by their
`Role`. `session` carries the frames and effects of one stream for a tier, which brings a `LinkEnd`.
"""
