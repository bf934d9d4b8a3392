"""Files of other frameworks: refused by name, with what exports an ONNX model from them.  None of them is opened.

A pickle, which PyTorch's files are, is a program: reading one would run it.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from convcli.registry import Registry


class Framework(NamedTuple):
    """Whose files these are, and what makes an ONNX model of them.

    Attributes:
        endings: of its files' names.
        export: the command or call.
    """

    name: str
    endings: tuple[str, ...]
    export: str


FRAMEWORKS = Registry(
    "framework",
    (
        Framework("PyTorch", (".pt", ".pth", ".bin", ".ckpt", ".pkl"),
                  "torch.onnx.export(model, example_input, 'model.onnx'), or its weights with safetensors"),
        Framework("Keras", (".keras", ".h5", ".hdf5"), "model.export('model.onnx', format='onnx')"),
        Framework("TensorFlow Lite", (".tflite",), "python -m tf2onnx.convert --tflite FILE --output model.onnx"),
        Framework("TensorFlow", (".pb", ".saved_model", "saved_model", "saved_model/"),
                  "python -m tf2onnx.convert --saved-model FOLDER --output model.onnx"),
    ),
)  # fmt: skip


def foreign_model(path: str) -> str | None:
    """Of a file that is named as another framework's models are, what to say of it; None for others.

    >>> foreign_model("model.onnx") is None, foreign_model("net.PTH").split(";")[0]
    (True, 'a PyTorch file is not read')
    """
    if len(path.split()) > 1 and not os.path.exists(path):
        return None  # a line of layers
    if os.path.isfile(os.path.join(path, "saved_model.pb")):
        path = os.path.join(path, "saved_model.pb")
    for framework in FRAMEWORKS:
        if path.lower().endswith(framework.endings):
            return f"a {framework.name} file is not read; export it: {framework.export}"
    return None
