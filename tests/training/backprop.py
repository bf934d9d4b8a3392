"""Layers that learn, in NumPy: each carries maps forward, and the loss's gradient back.

Maps are (N, H, W, C).  `forward` remembers what `backward` needs; `backward` takes the loss's gradient by the output,
keeps those by its own numbers in `gradients` and gives the one by its input.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray


class Layer:
    """A layer without numbers of its own.

    Attributes:
        numbers, gradients: by name; `gradients` holds the loss's derivatives by `numbers`.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}

    def forward(self, maps: Array) -> Array:
        """What goes out."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> Array:
        """The gradient by what came in."""
        raise NotImplementedError


class Conv(Layer):
    """conv:F,3,pad=1: out[r, c, f] = bias[f] + sum_ijk weight[f, k, i, j] * in[r + i - 1, c + j - 1, k]  (no flip)."""

    def __init__(
        self,
        channels: int,
        filters: int,
        rng: np.random.Generator,
        *,
        bias: bool = True,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        scale = np.sqrt(2 / (9 * channels))  # He and others, Delving deep into rectifiers, 2015
        self.numbers["weight"] = (rng.standard_normal((filters, channels, 3, 3)) * scale).astype(dtype)
        if bias:
            self.numbers["bias"] = np.zeros(filters, dtype)

    def forward(self, maps: Array) -> Array:
        count, height, width, channels = maps.shape
        padded = np.pad(maps, ((0, 0), (1, 1), (1, 1), (0, 0)))
        shifted = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
        self.shape, self.windows = maps.shape, np.stack(shifted, axis=3).reshape(-1, 9 * channels)
        return (self.windows @ self._matrix() + self.numbers.get("bias", 0)).reshape(count, height, width, -1)

    def backward(self, gradient: Array) -> Array:
        (count, height, width, channels), filters = self.shape, gradient.shape[3]
        rows = gradient.reshape(-1, filters)
        taps = (self.windows.T @ rows).reshape(3, 3, channels, filters)
        self.gradients = {"weight": taps.transpose(3, 2, 0, 1), "bias": rows.sum(axis=0)}
        windows = (rows @ self._matrix().T).reshape(count, height, width, 3, 3, channels)
        padded = np.zeros((count, height + 2, width + 2, channels), gradient.dtype)
        for i in range(3):
            for j in range(3):
                padded[:, i : i + height, j : j + width] += windows[:, :, :, i, j]
        return padded[:, 1:-1, 1:-1]

    def _matrix(self) -> Array:
        """The weights as (taps and channels, filters)."""
        weight = self.numbers["weight"]
        return weight.transpose(2, 3, 1, 0).reshape(-1, len(weight))


class Relu(Layer):
    """max(0, x)."""

    def forward(self, maps: Array) -> Array:
        self.positive = maps > 0
        return maps * self.positive

    def backward(self, gradient: Array) -> Array:
        return gradient * self.positive


class MaxPool(Layer):
    """pool:max,2: the largest of 2 x 2; where several are, the first of them takes the gradient."""

    def forward(self, maps: Array) -> Array:
        count, height, width, channels = self.shape = maps.shape
        squares = maps.reshape(count, height // 2, 2, width // 2, 2, channels).transpose(0, 1, 3, 5, 2, 4)
        flat = squares.reshape(*squares.shape[:4], 4)
        self.largest = flat.argmax(axis=4)[..., np.newaxis]
        return np.take_along_axis(flat, self.largest, axis=4)[..., 0]

    def backward(self, gradient: Array) -> Array:
        count, height, width, channels = self.shape
        flat = np.zeros((count, height // 2, width // 2, channels, 4), gradient.dtype)
        np.put_along_axis(flat, self.largest, gradient[..., np.newaxis], axis=4)
        squares = flat.reshape(count, height // 2, width // 2, channels, 2, 2)
        return squares.transpose(0, 1, 4, 2, 5, 3).reshape(self.shape)


class Flatten(Layer):
    """Maps in a row, channel by channel: (C, H, W), as PyTorch and ONNX have it."""

    def forward(self, maps: Array) -> Array:
        self.shape = maps.shape
        return maps.transpose(0, 3, 1, 2).reshape(len(maps), -1)

    def backward(self, gradient: Array) -> Array:
        count, height, width, channels = self.shape
        return gradient.reshape(count, channels, height, width).transpose(0, 2, 3, 1)


class Dropout(Layer):
    """While it learns, a share of the numbers is 0 and the others are larger by as much."""

    def __init__(self, rate: float, rng: np.random.Generator) -> None:
        super().__init__()
        self.rate, self.rng, self.learning = rate, rng, True

    def forward(self, maps: Array) -> Array:
        kept = self.rng.random(maps.shape) >= self.rate if self.learning else np.ones(maps.shape)
        self.factor = (kept / (1 - self.rate if self.learning else 1)).astype(maps.dtype)
        return maps * self.factor

    def backward(self, gradient: Array) -> Array:
        return gradient * self.factor


class FullyConnected(Layer):
    """fc:N: out = weight @ in + bias, weight of shape (N, inputs)."""

    def __init__(self, inputs: int, units: int, rng: np.random.Generator, dtype: type = np.float32) -> None:
        super().__init__()
        self.numbers["weight"] = (rng.standard_normal((units, inputs)) * np.sqrt(1 / inputs)).astype(dtype)
        self.numbers["bias"] = np.zeros(units, dtype)

    def forward(self, maps: Array) -> Array:
        self.given = maps
        return maps @ self.numbers["weight"].T + self.numbers["bias"]

    def backward(self, gradient: Array) -> Array:
        self.gradients = {"weight": gradient.T @ self.given, "bias": gradient.sum(axis=0)}
        return gradient @ self.numbers["weight"]


def cross_entropy(scores: Array, labels: Array, smoothing: float = 0.0) -> tuple[float, Array]:
    """-sum target * log(softmax(scores)), its mean over the pictures, and its gradient by the scores.

    Args:
        smoothing: the share of a target that is spread evenly over all classes.
    """
    count, classes = scores.shape
    target = np.full(scores.shape, smoothing / classes, scores.dtype)
    target[np.arange(count), labels] += 1 - smoothing
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-(target * logs).sum() / count), (np.exp(logs) - target) / count


class Adam:
    """Steps of Adam with weight decay apart from them.

    Sources: Kingma, Ba, Adam, 2015; Loshchilov, Hutter, Decoupled weight decay regularization, 2019.
    """

    def __init__(self, layers: list[Layer], decay: float) -> None:
        self.layers, self.decay, self.steps = layers, decay, 0
        self.means = [{name: np.zeros_like(value) for name, value in layer.numbers.items()} for layer in layers]
        self.squares = [{name: np.zeros_like(value) for name, value in layer.numbers.items()} for layer in layers]

    def step(self, rate: float) -> None:
        """Move every number once; only weights decay, not biases."""
        self.steps += 1
        for layer, means, squares in zip(self.layers, self.means, self.squares, strict=True):
            for name, number in layer.numbers.items():
                gradient = layer.gradients[name]
                means[name] += (gradient - means[name]) * np.float32(0.1)
                squares[name] += (gradient * gradient - squares[name]) * np.float32(0.001)
                mean = means[name] / np.float32(1 - 0.9**self.steps)
                square = squares[name] / np.float32(1 - 0.999**self.steps)
                decay = self.decay if name == "weight" else 0.0
                number -= np.float32(rate) * (mean / (np.sqrt(square) + np.float32(1e-8)) + np.float32(decay) * number)
