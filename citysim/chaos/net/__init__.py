"""Links between processes that can be blocked, delayed and healed.

By network namespaces, or through proxies on the loopback.
"""
