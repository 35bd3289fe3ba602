"""gRPC: domain values at both ends, bytes by `citybrain.wire`. The only importer of grpc.

No interceptors: the trace context travels in the messages.
"""
