"""The public API from its other side: requests out of this project's values, and values out of what
a node answers. No transport: see `citybrain.rpc.public.client`.
"""
