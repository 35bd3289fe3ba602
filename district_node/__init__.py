"""The district tier: believes, remembers and acts. No Ray, no onnxruntime."""
