"""The public API over gRPC: served, and called by this project and by adapters."""
