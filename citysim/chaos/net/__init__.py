"""Links between processes that can be cut, silenced, delayed and healed: by network namespaces, or through proxies on the loopback."""
