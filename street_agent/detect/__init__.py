"""From a frame to boxes: a model card's pre-processing, one ONNX Runtime run, and the decoder head
that the card names."""
