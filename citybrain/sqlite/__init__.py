"""What every SQLite adapter shares: the file that one process owns, its migrations and its named
SQL. No table of its own.
"""
