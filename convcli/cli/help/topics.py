"""What `convcli help TOPIC` says.  Tables are made from the registries, so they cannot go stale."""

from __future__ import annotations

from collections.abc import Callable

import click

from convcli.errors import UnknownNameError, listed


def _borders() -> str:
    """What a kernel sees beyond the picture's edge (--border)."""
    from convcli.core.border import BORDERS

    rows = "\n".join(f"  {row.name:<10} {row.pattern:<25} {', '.join(row.aliases)}" for row in BORDERS)
    return f"""\
A kernel near the edge needs samples beyond it. The letters show what it gets for a row a b c d.

  {"name":<10} {"pattern":<25} also accepted
{rows}

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
  @-                            the same from stdin

Every kernel is applied by correlation: no flip. --convolve flips it in both axes first.
The anchor is the weight that stands on an output's own place under --size same: half of each size,
rounded down, or --anchor ROW,COL, ImageMagick's +X+Y (without one: (size - 1) / 2, as it has it), or
"anchor": [row, column] in JSON. One that is given turns with its kernel when that is flipped.
Text that could be plain rows of numbers is plain rows; libvips' form is told by .mat, or by its size.
(F, C, h, w) is how frameworks store a layer: F kernels with their own weights for each of C channels,
whose responses are added.
"""


def _display() -> str:
    """How responses become pixels (--display)."""
    from convcli.core.display.displays import DISPLAYS

    rows = "\n".join(f"  {row.name:<9} {row.formula:<24} {row.about}".rstrip() for row in DISPLAYS)
    return f"""\
A response can be negative or larger than white. --display says how it becomes a pixel v:

{rows}
  raw       the values themselves, in .npy, .tiff and text

auto, the default, is signed for kernels that sum to zero (edges, lines, spots: which is why a Sobel picture
is grey) and clip for the others (blurs, sharpening). For the edge picture people expect:

  convcli apply photo.jpg -k bank:sobel --combine magnitude --display stretch -o edges.png

To keep negative values, write .npy, or .tiff with --display raw. 16-bit pictures stay 16-bit
(middle 32768, white 65535). --colormap diverging shows the sign of a one-channel response in colour.
"""


def _samples() -> str:
    """Which samples count: transparency, missing data, linear light (--alpha, --missing, --linear)."""
    return """\
Transparency. Colours that cannot be seen should not bleed into those that can:

  --alpha weight     colours are means weighted by alpha, times the kernel's sum; alpha is filtered (the default)
  --alpha separate   alpha is filtered as one more channel, colours as if all were opaque
  --alpha keep       alpha stays as it was under the window's centre, colours as if all were opaque
  --alpha drop       alpha is ignored and not written

Alpha is divided by the kernel's sum and clamped, so that what is opaque stays so. Where nothing in the window can
be seen, the colour under its centre stays. A kernel that sums to zero (an edge) has no mean: alpha is kept.
Beyond the edge a constant is opaque. Pooled maps, sheets of several maps, .npy and text have no alpha.

Missing data. NaN reaches every response with a weight for it (a weight of 0 reads nothing). Left out instead:

  convcli apply heights.tif -k gaussian:sigma=3 --missing nan -o smooth.tif
  convcli apply heights.tif -k gaussian:sigma=3 --missing -9999 --min-valid 0.5 -o smooth.tif

A response is then the weighted mean of the samples that are there, times the whole kernel's sum (normalised
convolution, as in astropy); each channel has its own. It is missing itself where none is there, or less than
--min-valid of the window's |weights|: NaN in .npy, text and float TIFF, VALUE as a pixel where a pixel can be
that, else 0. A constant beyond the edge is there; the other borders repeat what is missing. With --missing,
transparent samples are missing, too. Kernels that sum to zero are refused: they have no mean.

Linear light. Samples of 8 and 16 bits are no amounts of light: 128 of 255 is a fifth of white. So a blur of samples
is too dark where bright meets dark: highlights fade instead of becoming the disks that a lens makes of them, and
saturated colours get dark seams. Compare, without and with:

  convcli apply sample:coffee -k disk:radius=9 -o dull.png
  convcli apply sample:coffee -k disk:radius=9 --linear -o lens.png

--linear uses the curve of the picture's colour profile, or sRGB's, and converts back what is clipped; other
displays and raw outputs show the light itself, from 0 to 255 or 65535. --bias and --relu act on light.
Use it for blurs; sharpening makes fainter bright halos with it, and darker dark ones. Leave it out for edges and
for what a network saw. Alpha is never converted.
"""


def _pipes() -> str:
    """stdin, stdout and chains of commands."""
    from convcli.images.naming import FIELDS

    fields = "\n".join(f"  {f'{{{name}}}':<9} {about}" for name, about in FIELDS.items())
    return f"""\
'-' is stdin as an INPUT and stdout as -o. Data goes to stdout, everything else to stderr.
Without -o a pipe gets PNG for a picture, .npy for an array, text for a matrix; --format chooses.

  convcli apply photo.jpg -k gaussian:sigma=2 | convcli apply - -k sobel-x -o edges.png

Between stages --format npy hands over exact values, where PNG would round and clamp them:

  convcli apply photo.jpg -k bank:basics --relu --pool max:2 --format npy \\
    | convcli apply - -k @second.npy --channels sum --relu -o layer2.npy

--json prints one object per line on stdout (give the result a place with -o):

  convcli apply *.jpg -k sharpen -o out/ --json | jq .seconds

Many inputs: a folder, its whole tree, or a list of names. -o takes a folder, which is made, or a pattern:

  convcli apply photos/ -k box -o out              every picture in it, not hidden, under its own name
  convcli apply photos/ --recursive -k box -o out  the same tree under out
  convcli apply photos/ -r -k sobel-x -o "out/{{folder}}/{{stem}}-{{kernel}}.png"
  find . -newer last -print0 | convcli apply --from-file - -0 -k box -o "out/{{folder}}/{{stem}}.png"

{fields}

Two inputs with one output are refused before anything is done. What lies in -o's folder is no input, and a link
to a folder is not followed.
"""


def _sizes() -> str:
    """Output sizes, padding, stride and dilation."""
    return """\
With n samples, a kernel of k taps, stride s and dilation d, an axis has

  floor((n + pad_before + pad_after - d*(k-1) - 1) / s) + 1   outputs.

  --size same    pad_before = d*(k//2), pad_after = d*(k-1) - pad_before: stride 1 keeps the size;
                 --anchor R,C puts R rows and C columns of the kernel before instead of k//2
  --size valid   no padding: only where the kernel fits inside
  --size full    d*(k-1) on both sides: wherever the kernel touches; the border is then zero by default
  --padding N    N on every side, or T,B,L,R

--stride and --dilation take one number, or ROWSxCOLUMNS: --stride 3x2 steps 3 down and 2 across.

For an even kernel, same puts the odd pixel before the picture, as OpenCV, scipy.ndimage.correlate and
scipy.signal.convolve2d do; PyTorch's padding="same" and scipy.signal.correlate2d put it after.
"""


def _frames() -> str:
    """Animations and pages (--frames)."""
    from convcli.images.formats import FORMATS, moving_names

    several = listed(FORMATS.find(name).label for name in moving_names())
    return f"""\
apply takes every frame of an animated GIF, PNG or WebP through the kernel and keeps times and repeats:

  convcli apply walk.gif -k sharpen -o sharp.webp
  convcli apply walk.gif -k sharpen --frames 2..5 -o four.gif    counted from 0, both ends included
  convcli apply walk.gif -k sharpen -o "{{stem}}-{{frame}}.png"        a file of each

Frames are what a viewer shows, each on the whole canvas. signed and stretch take one range over all of them.
Without --frames an output takes all that it can hold: {several} all,
others the first, with a note. The other commands take the first, with a note.

A TIFF of several colour pages, or of pages that differ, is taken page by page: into .tiff, or as an animation
with --frames all. Grey pages of one size and kind are the maps of one picture; --frames takes them apart.

GIF holds 256 colours a frame and no half transparency: what is lost is said. PNG is exact, and WebP with
--quality 100. All frames together may have 16 times the pixels of --max-pixels; of a damaged file
--allow-truncated keeps the frames before the damage.
"""


def _exit_codes() -> str:
    """What the exit code says."""
    return """\
  0    done, and every claim held
  1    a claim did not hold (verify, equivariance)
  2    wrong usage: an option, a kernel, a name, sizes that do not fit
  3    an input or output could not be read, understood or written (any file of a batch)
  130  interrupted (SIGINT)        143  terminated (SIGTERM)

In a shell test: convcli verify photo.png -k sobel-x -q && echo holds
"""


TOPICS: dict[str, Callable[[], str]] = {
    "borders": _borders,
    "kernels": _kernels,
    "display": _display,
    "samples": _samples,
    "pipes": _pipes,
    "sizes": _sizes,
    "frames": _frames,
    "exit-codes": _exit_codes,
}


def explain_topic(topic: str | None, root: click.Context) -> str:
    """A topic's text, a command's help, or the list of topics.

    Raises:
        UnknownNameError: neither a topic nor a command.
    """
    if topic is None:
        rows = "\n".join(f"  {name:<11} {text.__doc__}" for name, text in TOPICS.items())
        return f"Topics, for 'convcli help TOPIC':\n\n{rows}\n\n'convcli help COMMAND' is 'convcli COMMAND --help'.\n"
    group = root.command
    assert isinstance(group, click.Group)
    if topic in TOPICS:  # "kernels" is a command too; its --help is one step away
        return TOPICS[topic]()
    command = group.get_command(root, topic)
    if command is None:
        raise UnknownNameError("topic or command", topic, [*TOPICS, *group.list_commands(root)])
    with command.make_context(topic, ["--help"], parent=root, resilient_parsing=True) as ctx:
        return command.get_help(ctx) + "\n"
