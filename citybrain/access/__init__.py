"""Who may do what, as tables of pure values: a role, an action, what it is done to. What has no
line here does not exist. The checks are made from these tables, and stand where things come in.
"""
