"""The district tier: turns events into incidents, keeps them and dispatches. No Ray, no
onnxruntime.
"""
