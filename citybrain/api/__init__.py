"""The public API: messages of `citybrain.api.v1`, how internal values become them, and how requests
are read. Nothing internal leaves by another way. Serves nothing: that is `rpc` and `web`.
"""
