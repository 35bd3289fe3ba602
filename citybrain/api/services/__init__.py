"""The services of the API over ports: what gRPC and HTTP both call, so that they answer alike."""
