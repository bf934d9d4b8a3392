"""What `claims` does: list the claims, try one, or try all."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import click
import numpy as np

from convcli.cli.app import stop
from convcli.cli.arguments.drawings import ANIMATIONS, animated, check_drawing, is_animation, write_drawing
from convcli.cli.commands.claims.asked import ClaimsOptions
from convcli.core.arrays import Array
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.subjects import LARGEST_KERNEL, SMALLEST, part_of
from convcli.core.kernel.kernel import Kernel
from convcli.errors import GeometryError, InputError, OptionError, UsageError
from convcli.files import write_bytes
from convcli.lazy import load
from convcli.report.claims.claim import Claim
from convcli.report.claims.claims import CLAIMS, SECTIONS, try_claim
from convcli.report.claims.record import claim_record, finding_record
from convcli.report.claims.text import listed_lines, listed_table, summary_line, tried_line, tried_lines
from convcli.report.language.phrased import phrased
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.table import show_table
from convcli.report.printing.wrapping import terminal_width

DEFAULT_PICTURE = "sample:camera"
DEFAULT_KERNEL = "sobel-x"
FRAME_MS = 60
BANKS = ("sobel", "basics", "frei-chen")  # that the claim about enough kernels looks at


def run(options: ClaimsOptions) -> None:
    """Run `claims`."""
    options = _sorted_out(options)
    if options.name is None and not options.everything:
        _list(options)
        return
    claims = list(CLAIMS) if options.everything else [_claim(options)]
    subject, source = _subject(options, claims)
    if options.everything:
        _try_all(claims, subject, source, options)
    else:
        _try_one(claims[0], subject, source, options)


def _sorted_out(options: ClaimsOptions) -> ClaimsOptions:
    """With --all a single argument is the picture; what nothing would be done with is refused."""
    if options.everything:
        if options.picture is not None:
            raise UsageError(f"--all tries every claim: leave out {options.name}, or --all")
        if options.output is not None:
            raise UsageError("-o draws one claim; name it instead of --all")
        return options.changed(name=None, picture=options.name)
    if options.name is None and options.output is not None:
        raise UsageError("-o draws one claim; name it, as in 'convcli claims learned-flip -o learned.png'")
    return options


def _claim(options: ClaimsOptions) -> Claim:
    claim = CLAIMS.find(options.name or "", hint="'convcli claims' lists them")
    output = options.output
    if output is not None:
        moving = is_animation(output)
        if not claim.figure and not claim.film:
            hint = f"'convcli claims {claim.name}' says what shows it"
            raise OptionError("-o", output, f"{claim.name} has no picture of its own; {hint}")
        if moving and not claim.film:
            raise OptionError("-o", output, f"nothing of {claim.name} moves; give .png, .svg or .pdf")
    check_drawing(output, options, as_json=options.as_json, also=ANIMATIONS, moving=True)
    return claim


def _kernel(options: ClaimsOptions) -> Kernel:
    """The one kernel, on grey values."""
    from convcli.cli.arguments.kernels import load_kernels

    kernels = load_kernels(options.kernel_texts or (DEFAULT_KERNEL,), layout=options.kernel_layout).kernels
    if len(kernels) != 1:
        raise UsageError(f"claims are tried with one kernel, and -k gave {len(kernels)}; give one")
    kernel = kernels[0]
    if kernel.channels is not None:
        raise UsageError(f"{kernel.name} has weights for {kernel.channels} channels; claims are tried on grey values")
    if max(kernel.height, kernel.width) > LARGEST_KERNEL:
        size = f"{kernel.name} has {kernel.size_words}"
        raise UsageError(f"{size}; claims are tried with kernels of at most {LARGEST_KERNEL} × {LARGEST_KERNEL}")
    return kernel


def _subject(options: ClaimsOptions, claims: Sequence[Claim]) -> tuple[Subject, str]:
    """The grey values of the picture's middle, and the kernel."""
    kernel = _kernel(options)
    source = options.picture or DEFAULT_PICTURE
    picture = options.read(source)
    if any("NaN" in note for note in picture.notes):
        raise InputError(source, "it holds NaN or infinity; claims compare sums of finite numbers")
    for note in options.remarks_on(picture):
        options.remark(f"{source}: {note}")
    plane = part_of(picture.pixels)
    if picture.pixels.shape[:2] != plane.shape:
        height, width = plane.shape
        options.remark(phrased(f"{source}: claims are tried on the {height} × {width} pixels in the middle"))
    if min(plane.shape) < max(SMALLEST, 2 * max(kernel.height, kernel.width)):
        size = f"{source} has {plane.shape[0]} × {plane.shape[1]} pixels"
        raise GeometryError(f"{size}; claims need {SMALLEST} × {SMALLEST}, and twice the kernel's rows and columns")
    return Subject(plane, kernel, options.seed, _banks(), options.functions), source


def _banks() -> tuple[tuple[str, Array], ...]:
    """Banks of the catalogue whose kernels have 3 x 3 weights."""
    from convcli.kernels import kernels_from

    return tuple((name, np.stack([one.weights for one in kernels_from(f"bank:{name}")])) for name in BANKS)


def _shown(claim: Claim, source: str, typed: str, kernel: Kernel, shape: tuple[int, ...]) -> str:
    """The claim's line of the shell, about this picture and this kernel."""
    filled = {
        "picture": shlex.quote(source),
        "kernel": shlex.quote(typed),
        "size": f"{kernel.height}x{kernel.width}",
        "shape": "x".join(map(str, shape)),
    }
    return claim.shown.format(**filled)


def _list(options: ClaimsOptions) -> None:
    about = DEFAULT_PICTURE, _typed(options), _kernel(options), (512, 512)
    filled = [(title, [claim._replace(shown=_shown(claim, *about)) for claim in rows]) for title, rows in SECTIONS]
    if options.as_json:
        for _, rows in filled:
            for claim in rows:
                click.echo(json_line(claim_record(claim, claim.shown)))
    elif (width := terminal_width(sys.stdout)) is not None:
        click.echo("\n".join(listed_lines(filled, width)), nl=False)
    else:
        show_table(listed_table(filled))


def _typed(options: ClaimsOptions) -> str:
    return options.kernel_texts[0] if options.kernel_texts else DEFAULT_KERNEL


def _timed(claim: Claim, subject: Subject) -> tuple[Finding, float]:
    begun = time.perf_counter()
    return try_claim(claim, subject), time.perf_counter() - begun


def _try_one(claim: Claim, subject: Subject, source: str, options: ClaimsOptions) -> None:
    finding, seconds = _timed(claim, subject)
    shown = _shown(claim, source, _typed(options), subject.kernel, subject.picture.shape)
    if options.as_json:
        click.echo(json_line(_record(claim, finding, shown, seconds, source, subject.kernel)))
    elif not options.quiet and options.output != "-":
        click.echo("\n".join(tried_lines(claim, finding, shown, terminal_width(sys.stdout))))
    if options.output is not None:
        _draw(claim, finding, options)
    if not finding.holds:
        stop(1)


def _record(claim: Claim, finding: Finding, shown: str, seconds: float, source: str, kernel: Kernel) -> dict[str, Any]:
    return finding_record(claim, finding, shown, seconds, source, kernel.name)


def _draw(claim: Claim, finding: Finding, options: ClaimsOptions) -> None:
    output = options.output or ""
    if is_animation(output) and claim.film:
        frames = list(load(claim.film)(finding))
        moving = animated(iter(frames), [FRAME_MS] * len(frames), output, options)
        write_bytes(output, moving, force=options.force)
        options.say(f"wrote {output}: {len(frames)} frames")
    else:
        write_drawing(load(claim.figure)(finding), output, options)


def _try_all(claims: Sequence[Claim], subject: Subject, source: str, options: ClaimsOptions) -> None:
    """Every claim, a line as soon as it is known."""
    width, held, total = terminal_width(sys.stdout), 0, 0.0
    talks = not (options.quiet or options.as_json)
    silent = options.quiet or width is not None  # on a terminal the lines themselves are the progress
    with nullcontext(Silence()) if silent else progress(len(claims), "claims") as bar:
        for claim in claims:
            finding, seconds = _timed(claim, subject)
            held, total = held + finding.holds, total + seconds
            if options.as_json:
                shown = _shown(claim, source, _typed(options), subject.kernel, subject.picture.shape)
                click.echo(json_line(_record(claim, finding, shown, seconds, source, subject.kernel)))
            elif talks:
                click.echo(tried_line(claim, finding, seconds, width))
            bar.advance(1)
    if talks:
        click.echo(summary_line(held, len(claims), total))
    if held < len(claims):
        stop(1)
