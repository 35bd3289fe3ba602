"""What carries decisions out: agent gateway, publishers, uplink, consoles, metrics. Does I/O;
decides nothing that lasts.
"""
