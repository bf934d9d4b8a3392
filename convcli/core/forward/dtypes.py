"""What ONNX's numbers for types mean (TensorProto.DataType), as far as NumPy has them."""

from __future__ import annotations

TYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
    11: "float64", 12: "uint32", 13: "uint64",
}  # fmt: skip
