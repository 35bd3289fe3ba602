"""Builds the model of the card `acme-tiny`: open-citybrain's own small one, with its output turned
round.
"""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from models.build_tiny import model


def build(dest: Path) -> None:
    """Write the model; the same bytes on every machine."""
    turned = model()
    shape = turned.graph.output[0].type.tensor_type.shape
    _, rows, columns = (side.dim_value for side in shape.dim)
    turned.graph.node.append(helper.make_node("Transpose", ["output"], ["boxes"], perm=[0, 2, 1]))
    del turned.graph.output[:]
    turned.graph.output.append(
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, columns, rows])
    )
    onnx.checker.check_model(turned, full_check=True)
    dest.write_bytes(turned.SerializeToString(deterministic=True))
