"""The timers and letters that a node's records lead to, and where a store's rows differ from them.

The state alone cannot prove them: a timer's moment is decided once and in no state, a letter is
gone from it as soon as it is posted. The records can, and a start replays only those behind the
newest checkpoint. So every checkpoint names, beside the state, the rows as they were then, and a
start derives the rest with the replay that it makes anyway: complete, for every kind of timer there
will ever be, and without a second description of them that could be wrong.
"""
