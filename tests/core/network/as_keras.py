"""A network as a Keras model: a layer a layer, padding and cropping as layers of their own.

Written from Keras' documentation; Keras infers the shapes, and each is held against the network's.
Run it where keras and torch are installed, or with KERAS_BACKEND where something else is.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from convcli.core.geometry import extent
from convcli.core.network.rows import FROM_INPUT, LayerRow, Network

keras: Any = None  # imported on use: collecting the tests takes no seconds for it

ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "leaky-relu": "leaky_relu", "elu": "elu", "gelu": "gelu", "silu": "silu",
    "hard-swish": "hard_swish", "hard-sigmoid": "hard_sigmoid", "sigmoid": "sigmoid", "tanh": "tanh",
    "lrn": "linear",
}  # fmt: skip


def keras_model(net: Network) -> Any:
    """The network as a functional model; lrn, which Keras does not have and which learns nothing, is left out."""
    global keras
    keras = imported_keras()
    keras.utils.clear_session(free_memory=False)
    run = {FROM_INPUT: keras.Input(net.shape)}
    layers: dict[str, Any] = {}
    for row in net.rows:
        given = [run[name] for name in row.inputs]
        run[row.name] = _after(row, given, layers)
        assert tuple(run[row.name].shape[1:]) == row.output, (row.name, run[row.name].shape)
    return keras.Model(run[FROM_INPUT], run[net.rows[-1].name])


def imported_keras() -> Any:
    """Keras, which computes with PyTorch unless something else is asked for: the others need that too."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pytest.importorskip(os.environ["KERAS_BACKEND"])
    return pytest.importorskip("keras")


def _after(row: LayerRow, given: list[Any], layers: dict[str, Any]) -> Any:
    if row.kind in ("conv", "pool"):
        return _window(row, given[0], layers)
    if row.kind == "conv-transpose":
        return _transposed(row, given[0], layers)
    if row.kind == "multiply":
        return keras.layers.Multiply()(given)
    if row.kind in ("add", "concat"):
        return (keras.layers.Add if row.kind == "add" else keras.layers.Concatenate)()(given)
    return layers.setdefault(row.shares or row.name, _layer(row))(given[0])


def _layer(row: LayerRow) -> Any:
    spec, kinds = row.spec, keras.layers
    if row.kind in ACTIVATIONS:
        return kinds.Activation(ACTIVATIONS[row.kind])
    if row.kind == "fc":
        return kinds.Dense(spec.units, use_bias=spec.bias)
    if row.kind == "global-pool":
        whole = kinds.GlobalAveragePooling2D if spec.how == "avg" else kinds.GlobalMaxPooling2D
        return whole(keepdims=True)
    if row.kind == "upsample":
        return kinds.UpSampling2D(spec.scale, interpolation=spec.how or "nearest")
    if row.kind == "crop":
        return kinds.Cropping2D(spec.crop)
    if row.kind == "dropout":
        return kinds.Dropout(float(spec.rate or 0.5))
    simple = {"batchnorm": kinds.BatchNormalization, "flatten": kinds.Flatten, "softmax": kinds.Softmax}
    return simple[row.kind]()


def _window(row: LayerRow, given: Any, layers: dict[str, Any]) -> Any:
    """Padded as far as the last window reaches; then without any padding of the layer's own."""
    spec = row.spec
    strides = spec.stride or (spec.kernel if row.kind == "pool" else (1, 1))
    pads = []
    for n, out, k, s, d in zip(row.given, row.output, spec.kernel, strides, spec.dilation, strict=False):
        missing = (out - 1) * s + extent(k, d) - n
        pads.append((max(missing, 0) // 2, max(missing, 0) - max(missing, 0) // 2))
    given = keras.layers.ZeroPadding2D(pads)(given)
    if row.kind == "conv":
        if max(strides) > 1 and max(spec.dilation) > 1:  # which Keras refuses; a window without gaps has the same shape
            given = keras.layers.Cropping2D(_gaps(row))(given)
        dilation = 1 if max(strides) > 1 else spec.dilation
        layer = keras.layers.Conv2D(
            spec.filters, spec.kernel, strides, dilation_rate=dilation, groups=spec.groups, use_bias=spec.bias
        )
        return layers.setdefault(row.shares or row.name, layer)(given)
    given = keras.layers.Cropping2D(_gaps(row))(given)  # Keras has no dilated pools
    pool = keras.layers.AveragePooling2D if spec.how == "avg" else keras.layers.MaxPooling2D
    return pool(spec.kernel, strides)(given)


def _gaps(row: LayerRow) -> list[tuple[int, int]]:
    """What a dilated window reaches further than one without gaps, off the end."""
    return [(0, (d - 1) * (k - 1)) for k, d in zip(row.spec.kernel, row.spec.dilation, strict=True)]


def _transposed(row: LayerRow, given: Any, layers: dict[str, Any]) -> Any:
    """All of the windows, then padded or cropped to the shape that is wanted; dilation changes no parameter."""
    spec = row.spec
    if spec.groups > 1:
        pytest.skip("Keras has no transposed convolution in groups")
    stride = spec.stride or (1, 1)
    layer = keras.layers.Conv2DTranspose(spec.filters, spec.kernel, stride, use_bias=spec.bias)
    laid = layers.setdefault(row.shares or row.name, layer)(given)
    short = [wanted - there for wanted, there in zip(row.output, laid.shape[1:3], strict=False)]
    laid = keras.layers.ZeroPadding2D([(0, max(n, 0)) for n in short])(laid)
    return keras.layers.Cropping2D([(0, max(-n, 0)) for n in short])(laid)
