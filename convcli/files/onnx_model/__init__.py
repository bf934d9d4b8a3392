"""ONNX models: a file, guarded, as a graph that can be counted and run; the `onnx` package parses it.

>>> from convcli.files.onnx_model import read_onnx
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.files.onnx_model.foreign import foreign_model as foreign_model
    from convcli.files.onnx_model.model_file import is_onnx as is_onnx
    from convcli.files.onnx_model.model_file import read_onnx as read_onnx

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.files.onnx_model.foreign": ("foreign_model",),
        "convcli.files.onnx_model.model_file": ("is_onnx", "read_onnx"),
    },
)
