"""What snippets of all tools are put together from: the kernel's lines, its padding, what a tool calls a border."""

from __future__ import annotations

from convcli.core.border import BORDERS, Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.text.matrices import format_matrix
from convcli.errors import UsageError

LABELS = {"magick": "ImageMagick", "tensorflow": "TensorFlow", "keras": "Keras"}  # in messages


def kernel_lines(kernel: Kernel) -> str:
    rows = [f"    [{row}]," for row in format_matrix(kernel.weights, separator=", ").splitlines()]
    return "\n".join([f"# {kernel.name}, written for correlation", "kernel = np.array([", *rows, "], dtype=float)"])


def escaped(kernel: Kernel) -> str:
    return format_matrix(kernel.weights).replace("\n", "\\n")


def pads(kernel: Kernel) -> tuple[int, int, int, int]:
    top, left = kernel.origin
    return top, kernel.height - 1 - top, left, kernel.width - 1 - left


def is_usual(kernel: Kernel) -> bool:
    """Whether the anchor is where these tools have it by themselves."""
    return kernel.origin == (kernel.height // 2, kernel.width // 2)


def placed(kernel: Kernel) -> str:
    """The anchor in words."""
    return "k // 2" if is_usual(kernel) else f"row {kernel.origin[0]}, column {kernel.origin[1]}"


def before(kernel: Kernel) -> str:
    """Why so much is padded before."""
    if is_usual(kernel):
        return "the odd pixel of an even kernel comes before: the anchor is k // 2"
    return f"as much comes before as the anchor says: {placed(kernel)}"


def name_of(border: Border, tool: str, said: str = "") -> str:
    """What the tool calls the border; `said` is the tool that messages name, where another one pads for it.

    Raises:
        UsageError: it has no such border; with those that it has.
    """
    if tool not in border.elsewhere:
        able = ", ".join(row.name for row in BORDERS if tool in row.elsewhere)
        label = LABELS.get(said or tool, said or tool)
        raise UsageError(f"{label} has no border {border.name} ({border.pattern}); it can do {able}")
    return border.elsewhere[tool]
