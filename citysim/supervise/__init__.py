"""Real processes under one parent: started in order, watched, restarted, stopped in order.

None of them is left behind. Knows nothing of cities.
"""
