"""The street tier: observes cameras and sensors and reports events. No Ray, no gRPC, no web
framework."""
