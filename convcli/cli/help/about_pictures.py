"""The topics of `convcli help` that speak of pictures and their files."""

from __future__ import annotations

from convcli.cli.help import registry_rows


def samples() -> str:
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


def pipes() -> str:
    """stdin, stdout and chains of commands."""
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

{registry_rows.fields()}

Two inputs with one output are refused before anything is done. What lies in -o's folder is no input, and a link
to a folder is not followed.
"""


def formats() -> str:
    """Which files are read and written, and what they hold beside pixels."""
    return f"""\
What a file is, its content says; what is written, -o's suffix or --format.

  {"name":<7} {"suffixes":<40} carries besides pixels
{registry_rows.formats()}

EXIF, XMP, IPTC, comments and the colour profile of a picture are those of its result, a sheet included, wherever
the output's format has a place for them; a note says what it has no place for. The orientation becomes 1, since
the pixels are upright, sizes are corrected, and thumbnails, which show the picture as it was, are left out.
--strip leaves out all but the colour profile and the resolution: without its profile a picture looks otherwise.
Drawings of other commands carry nothing. SVG and PDF hold drawings, and no pictures: 'convcli help drawings'.

At --quality 100 WebP, HEIF and JPEG 2000 are lossless; AVIF is in grey, and within 3 levels in colour.
AVIF and JPEG 2000 are there where Pillow has them; HEIF needs pip install 'convcli[heif]'.
"""


def drawings() -> str:
    """How large drawings are, their language and fonts, and SVG and PDF (--scale, --dpi, --lang)."""
    return f"""\
explain, params, matrix, kernels, verify, equivariance, learn --descend and show draw; so does apply, of several maps.

  convcli params 7 --kernel 3 -o layer.svg             lines stay lines, text stays text
  convcli matrix 4x4 -k "0 1; 2 3" -o matrix.pdf       a page for a paper, as large as the drawing
  convcli kernels sobel-x -o kernel.png --scale 2      twice as wide and as high
  convcli verify -k emboss -o laws.png --dpi 300       for print: 300 / 96 times as many pixels
  convcli apply photo.jpg -k bank:sobel -o sheet.svg   a sheet; one map is a picture, and no SVG

A drawing has a size of its own, in pixels of a screen, 96 to an inch. --scale changes that size, of animations,
SVG and PDF too. --dpi keeps the size in inches and changes how many pixels an inch has; {registry_rows.held()}
hold that number. Everything is drawn anew at its scale; pictures show as many of their own samples as have room.

SVG names fonts and keeps each line of words as wide as it was laid out, whichever font shows it. PDF has its font
within. Pictures lie in both, with at most 300 samples an inch. The same drawing gives the same bytes.

Words are in the language of --lang, en or zh; without it in that of the first of LC_ALL, LC_MESSAGES and LANG that is
set (zh_CN, zh_SG). Messages and tables are in English,
but for those of claims. Characters that the built-in font lacks are lettered by a font
that is installed; CONVCLI_FONT names a font's file to be tried first. What no font has is drawn as a box, and said;
where none has Chinese, words stay in English.
"""


def frames() -> str:
    """Animations and pages (--frames)."""
    return f"""\
apply takes every frame of an animated GIF, PNG or WebP through the kernel and keeps times and repeats:

  convcli apply walk.gif -k sharpen -o sharp.webp
  convcli apply walk.gif -k sharpen --frames 2..5 -o four.gif    counted from 0, both ends included
  convcli apply walk.gif -k sharpen -o "{{stem}}-{{frame}}.png"        a file of each

Frames are what a viewer shows, each on the whole canvas. signed and stretch take one range over all of them.
Without --frames an output takes all that it can hold: {registry_rows.moving()} all,
others the first, with a note. The other commands take the first, with a note.

A TIFF of several colour pages, or of pages that differ, is taken page by page: into .tiff, or as an animation
with --frames all. Grey pages of one size and kind are the maps of one picture; --frames takes them apart.

GIF holds 256 colours a frame and no half transparency: what is lost is said. PNG is exact, and WebP with
--quality 100. All frames together may have 16 times the pixels of --max-pixels; of a damaged file
--allow-truncated keeps the frames before the damage.
"""


def scale() -> str:
    """More than one machine: clusters, and lists in parts (--cluster)."""
    return """\
apply takes a folder or a list on all processors of one machine. On several, each input is a task of a Dask cluster:

  pip install 'convcli[cluster]'                      on every machine, in the same versions
  dask scheduler                                      on one; then on each: dask worker tcp://HOST:8786 --nthreads 1
  convcli apply photos/ -r -k gaussian:sigma=2 -o out --cluster tcp://HOST:8786
  convcli apply photos/ -k box -o out --cluster local:4      a cluster of this machine, for a try

Files, messages, records and exit codes are those of a local batch; --jobs N bounds the tasks under way. Before work
begins every worker is asked for its versions and for the files: inputs and outputs lie where all see them, under the
same path. A worker that is lost is made up for; when the scheduler is lost, what is finished is whole, and the same
line with --skip-existing goes on. Drawings use the fonts of the workers.

The workers share one large picture where its output is a Zarr, which is stored in stripes of --tile rows, a file each:

  convcli apply slide.tif -k gaussian:sigma=8 -o smooth.ome.zarr --pyramid --cluster tcp://HOST:8786

A few stripes are a task. Its worker reads the rows that it needs, at the far edge, too, where a border asks for it; the
bytes are those of one machine; --memory bounds each worker. After a failure the same line with --resume goes on, with
a cluster or without. In a batch this is done with pictures of more than 256 MiB of samples; other formats, and what
is decoded whole, one worker has for itself. On processors of several kinds floats may differ in the last digits.

Whoever reaches a scheduler can run anything on its workers: use one that you trust, in a network that you trust, or
tls:// with the certificates in Dask's configuration. local listens on this machine as long as the command runs.

learn takes two folders, and one kernel from all pairs of one name; a cluster makes the sums:

  convcli learn before/ after/ --kernel-size 5 --cluster tcp://HOST:8786

Without Dask a list is taken in parts, by GNU parallel or xargs, or by a Slurm array of 10 jobs:

  find photos -name '*.png' -print0 | xargs -0 -n 50 -P 4 sh -c 'convcli apply "$@" -k box --jobs 1 -o out/' _
  split -n l/$((SLURM_ARRAY_TASK_ID + 1))/10 list.txt | convcli apply --from-file - -k box -o out/
"""
