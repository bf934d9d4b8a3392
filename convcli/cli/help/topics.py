"""What `convcli help TOPIC` says.  Tables are made from the registries, so they cannot go stale."""

from __future__ import annotations

from collections.abc import Callable

import click

from convcli.cli.help import about_large, about_networks, about_pictures, about_python, registry_rows, translated
from convcli.cli.help.glossary import words
from convcli.cli.help.limits import limits
from convcli.errors import UnknownNameError
from convcli.report.language.chosen import chosen


def _borders() -> str:
    """What a kernel sees beyond the picture's edge (--border)."""
    return f"""\
A kernel near the edge needs samples beyond it. The letters show what it gets for a row a b c d.

  {"name":<10} {"pattern":<25} also accepted
{registry_rows.borders()}

  constant:V fills with V, in the picture's own units (constant:128).

The default is edge, as in ImageMagick and libvips; with --size full it is zero. A network's padding is zero.
All of them hold for kernels larger than the picture: reflections repeat, wrap goes round and round.
"""


def _kernels() -> str:
    """How a kernel is written (-k)."""
    return """\
-k takes, and may be repeated:

  sobel-x                       a name; 'convcli kernels' lists them
  gaussian:sigma=2              a name with arguments; 'convcli kernels gaussian' explains them
  box:size=3x5                  a size or sigma may be two numbers: down and across
  bank:sobel-compass            a bank: several kernels at once
  "0 1; 2 3"                    rows by ';', numbers by blanks or commas, fractions such as 1/9
  "3x3: -1,0,1 -2,0,2 -1,0,1"   ImageMagick's text, with its origin: "2x2+0+0: 1,0 0,0"
  @weights.npy                  a file: .txt .csv .json .npy of (h, w), (F, h, w) or (F, C, h, w)
  @kernel.mat                   libvips' matrix: 'width height [scale [offset]]', then the rows
  @model.safetensors:NAME       one tensor of a .safetensors or .npz file; @FILE alone says which there are
  @-                            the same from stdin

Every kernel is applied by correlation: no flip. --convolve flips it in both axes first.
The anchor is the weight that stands on an output's own place under --size same: half of each size,
rounded down, or --anchor ROW,COL, ImageMagick's +X+Y (without one: (size - 1) / 2, as it has it), or
"anchor": [row, column] in JSON. One that is given turns with its kernel when that is flipped.
Text that could be plain rows of numbers is plain rows; libvips' form is told by .mat, or by its size.
(F, C, h, w) is how PyTorch and ONNX store a layer: F kernels with their own weights for each of C channels,
whose responses are added. Keras and TensorFlow store (h, w, C, F): --kernel-layout hwcf. Where the file fits
the picture in both orders, (F, C, h, w) is taken and said; where in one alone, that one is.
With apply --groups N a kernel has weights for C/N channels; with as many groups as channels: depthwise.
"""


def _display() -> str:
    """How responses become pixels (--display)."""
    return f"""\
A response can be negative or larger than white. --display says how it becomes a pixel v:

{registry_rows.displays()}
  raw       the values themselves, in .npy, .tiff and text

auto, the default, is signed for kernels whose sum is at most 2 % of their L1 norm, the sum of |weights|
(edges, lines, spots, Gabor's; negative sums, too: which is why a Sobel picture is grey) and clip for the
others (blurs, sharpening). With --relu it is magnitude in place of signed, as it is for --combine magnitude:
black is 0, where no edge is, and not the smallest value; --display stretch goes from that one.

On a sheet auto is one display for all: signed where it is for any kernel. Only kernels that sum to 1 (a blur
beside edges) are still clipped; the closing line says which. The bar on a sheet says what black, grey and white
mean: under all maps where they share it, or under each (--sheet-scale each gives each map its own range,
so that one strong map does not leave the others grey).

Where more than 1 % of the responses lie beyond black and white, a hint says how many, and what shows them;
JSON has the shares in output.clipped. For the edge picture people expect:

  convcli apply photo.jpg -k bank:sobel --combine magnitude -o edges.png

To keep negative values, write .npy, or .tiff with --display raw. 16-bit pictures stay 16-bit
(middle 32768, white 65535). --colormap diverging shows the sign of a one-channel response in colour.
"""


def _sizes() -> str:
    """Output sizes, padding, stride and dilation."""
    return """\
With n samples, a kernel of k taps, stride s and dilation d, an axis has

  floor((n + pad_before + pad_after - d × (k-1) - 1) / s) + 1   outputs.

  --size same    pad_before = d × (k//2), pad_after = d × (k-1) - pad_before: stride 1 keeps the size;
                 --anchor R,C puts R rows and C columns of the kernel before instead of k//2
  --size valid   no padding: only where the kernel fits inside
  --size full    d × (k-1) on both sides: wherever the kernel touches; the border is then zero by default
  --padding N    N on every side, or T,B,L,R

--stride and --dilation take one number, or ROWSxCOLUMNS: --stride 3x2 steps 3 down and 2 across.

For an even kernel, same puts the odd pixel before the picture, as OpenCV, scipy.ndimage.correlate and
scipy.signal.convolve2d do; PyTorch's padding="same" and scipy.signal.correlate2d put it after.
"""


def _exit_codes() -> str:
    """What the exit code says."""
    return """\
  0    done, and every claim held
  1    a claim did not hold (verify, equivariance, matrix, claims), an answer is wrong (check), no
       convolution explains it (identify, learn)
  2    wrong usage: an option, a kernel, a name, sizes that do not fit
  3    an input or output could not be read, understood or written (any file of a batch)
  130  interrupted (SIGINT)        143  terminated (SIGTERM)

In a shell test: convcli verify photo.png -k sobel-x -q && echo holds
"""


TOPICS: dict[str, Callable[[], str]] = {
    "borders": _borders,
    "kernels": _kernels,
    "display": _display,
    "samples": about_pictures.samples,
    "pipes": about_pictures.pipes,
    "formats": about_pictures.formats,
    "drawings": about_pictures.drawings,
    "sizes": _sizes,
    "networks": about_networks.networks,
    "preparation": about_networks.preparation,
    "frames": about_pictures.frames,
    "scale": about_pictures.scale,
    "python": about_python.python,
    "exit-codes": _exit_codes,
    "limits": limits,
    "large": about_large.large,
    "words": words,
}


def explain_topic(topic: str | None, root: click.Context) -> str:
    """A topic's text, a command's help, or the list of topics; topics in the language that was chosen.

    Raises:
        UnknownNameError: neither a topic nor a command.
    """
    code = chosen()
    if topic is None:
        return translated.contents(code, {name: text.__doc__ or "" for name, text in TOPICS.items()})
    group = root.command
    assert isinstance(group, click.Group)
    if topic in TOPICS:  # "kernels" is a command too; its --help is one step away
        return translated.explained(topic, code) or TOPICS[topic]()
    command = group.get_command(root, topic)
    if command is None:
        raise UnknownNameError("topic or command", topic, [*TOPICS, *group.list_commands(root)])
    with command.make_context(topic, ["--help"], parent=root, resilient_parsing=True) as ctx:
        return command.get_help(ctx) + "\n"
