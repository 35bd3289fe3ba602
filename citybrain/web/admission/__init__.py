"""Whom an HTTP server serves: how many connections, how long they may take, under which names it is
asked for and from which pages. Knows no page and no framework but in `requests` and `h11_protocol`.
"""
