"""What `identify` does with its options: ask, judge, prove, tell."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext

import click
import numpy as np
from numpy.typing import NDArray

from convcli.cli.arguments.drawings import check_drawing, write_drawing
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.identify.all_answers import Gathered, by_hand, by_itself, fact_words
from convcli.cli.commands.identify.asked import MIB, IdentifyOptions
from convcli.cli.commands.identify.asking import Asked, ByHand, Clock, CommandLine, Function, by_stem
from convcli.cli.commands.identify.handing_out import unseen_probe, write_probes
from convcli.cli.commands.identify.kernel_names import kernel_name
from convcli.cli.commands.identify.picture_answers import Answer
from convcli.cli.commands.identify.proof import GREY, UNSEEN, Unseen, proved, unseen
from convcli.cli.commands.identify.results_checked import check_results, lossy_remarks
from convcli.core.identify.identifying import identify
from convcli.core.identify.probes import LARGEST_KERNEL, Depth, probes
from convcli.core.identify.verdict import Verdict
from convcli.errors import OptionError, UsageError, many
from convcli.files import processes
from convcli.files.function_calls import read_call, read_target
from convcli.files.programs import Limits
from convcli.report.identify.exchange import Exchanged
from convcli.report.identify.record import identify_record
from convcli.report.identify.text import apply_line, heading, kernel_lines, verdict_table
from convcli.report.identify.told import Told
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.numbers import duration
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.spelling import as_options
from convcli.report.printing.table import show_table
from convcli.report.printing.wrapping import terminal_width

DEPTHS: dict[str, Depth] = {"8": 8, "16": 16, "float": "float"}


def identify_filter(options: IdentifyOptions) -> bool:
    """Run `identify`; whether it was identified, or there were only probes to write."""
    options.check()
    check_drawing(options.output, options, as_json=options.as_json)
    depth = DEPTHS[options.depth]
    if options.probes_folder is not None:
        write_probes(options.probes_folder, depth, options)
        return True
    meant = _meant(options)
    who = _who(options)
    count = len(probes(depth)) + 1
    with nullcontext(Silence()) if options.quiet else progress(count, "identify", unit="runs") as bar:

        def said(name: str, answer: Answer) -> None:
            bar.advance()
            if options.verbose:
                with bar.aside():
                    options.remark(_run_words(name, answer))

        gathered = _gathered(who, depth, options, said)
        verdict = identify(gathered.answers, meant)
        told = _told(verdict, gathered, options)
        found = _unseen(who, gathered, depth, options, said) if verdict.identified else None
        if found is not None:
            told = proved(told, found)
    if options.output is not None:
        _draw(Exchanged(told, gathered.answers, depth, found and (found.pixels, found.came)), options.output, options)
    if options.output != "-":
        _say(told, options)
    return told.holds


def _draw(exchanged: Exchanged, output: str, options: IdentifyOptions) -> None:
    """The report."""
    from convcli.report.identify.figure import report_figure

    write_drawing(report_figure(exchanged), output, options)


def _unseen(
    who: Asked, gathered: Gathered, depth: Depth, options: IdentifyOptions, said: Callable[[str, Answer], None]
) -> Unseen | None:
    """A picture that no probe is, through the filter; None where it did not come back from somebody's hands."""
    if options.results_folder is None:
        return unseen(who, gathered, options, said)
    probe = unseen_probe(depth)
    came = who.answers([(probe.name, probe.pixels)], said)[probe.name].pixels
    return None if came is None else Unseen(GREY, probe.pixels, came)


def _run_words(name: str, answer: Answer) -> str:
    if answer.pixels is None:
        return f"{name}: {as_options(answer.problem)}"
    shape = "x".join(map(str, answer.pixels.shape))
    took = f", {duration(answer.seconds)}" if answer.seconds else ""
    return f"{name}: {shape} {answer.pixels.dtype}{took}"


def _who(options: IdentifyOptions) -> Asked:
    """Whoever is asked."""
    if options.results_folder is not None:
        return ByHand(options.results_folder)
    limits = Limits(seconds=options.timeout, memory=options.memory * MIB)
    if not processes.are_told():
        options.remark("this system does not tell how much memory a process takes: --memory is no limit here")
    clock = Clock(options.timeout)
    if options.function is not None:
        read_target(options.function)
        read_call(options.arguments or "")
        return Function(options.function, options.arguments or "", limits, clock)
    return CommandLine(options.words, options.given_format, limits, clock, options.remark)


def _gathered(who: Asked, depth: Depth, options: IdentifyOptions, said: Callable[[str, Answer], None]) -> Gathered:
    if isinstance(who, ByHand):
        gathered = by_hand(who, depth, 1, said)
        known = {*gathered.answers, UNSEEN}
        strange = sorted(set(by_stem(who.folder)) - known)
        if len(strange) == len(by_stem(who.folder)):
            raise UsageError(f"{who.folder} holds no answer to a probe; write the probes with --probes FOLDER first")
        if strange:
            options.remark(
                f"{who.folder}: {many(len(strange), 'file')} of no probe's name, {strange[0]} first: left out"
            )
        for name, problem in gathered.problems.items():
            options.remark(f"{name}: {as_options(problem)}")
        files = by_stem(who.folder)
        for line in lossy_remarks(files, gathered):
            options.remark(line)
        check_results(who.folder, files, gathered, depth)
        return gathered
    return by_itself(who, options.name, depth, said)


def _meant(options: IdentifyOptions) -> NDArray[np.float64] | None:
    """The weights that were meant, (h, w)."""
    if not options.kernel_texts:
        return None
    stack = load_kernels(options.kernel_texts, layout=options.kernel_layout)
    if len(stack) != 1:
        raise OptionError("--kernel", options.kernel_texts[0], f"that is {len(stack)} kernels; give one")
    kernel = stack.kernels[0]
    if kernel.channels is not None:
        raise OptionError("--kernel", kernel.name, "it has weights for each channel; give rows and columns alone")
    return kernel.weights


def _told(verdict: Verdict, gathered: Gathered, options: IdentifyOptions) -> Told:
    notes = (
        *verdict.notes,
        *_kernel_notes(verdict),
        *gathered.notes,
        *(() if options.results_folder else fact_words(gathered, as_options)),
    )
    return Told(_called(options), verdict, kernel_name(verdict), notes=notes)


def _kernel_notes(verdict: Verdict) -> list[str]:
    """What a kernel's size, or its magnitude, leaves open."""
    model = verdict.model
    if model is None:
        return []
    notes = []
    if max(model.weights.shape) > LARGEST_KERNEL:
        limit = f"{LARGEST_KERNEL}x{LARGEST_KERNEL}"
        notes.append(f"the probes are made for kernels up to {limit}: weights far from the middle may be missing")
    if model.absolute:
        notes.append("magnitudes are the same for the kernel and its negative: which of them it is cannot be told")
    return notes


def _called(options: IdentifyOptions) -> tuple[str, ...]:
    if options.function is not None:
        after = f", {options.arguments}" if options.arguments else ""
        return (f"{options.function}(picture{after})",)
    return options.words or (f"the answers in {options.results_folder}",)


def _say(told: Told, options: IdentifyOptions) -> None:
    if options.as_json:
        click.echo(json_line(identify_record(told)))
        return
    if options.emit is not None:
        click.echo(_emitted(told, options.emit), nl=False)
        return
    if options.quiet:
        return
    width = terminal_width(sys.stdout)
    click.echo(heading(told))
    for line in kernel_lines(told, width):
        click.echo(line)
    show_table(verdict_table(told))
    if told.apply is not None:
        click.echo(apply_line(told))


def _emitted(told: Told, tool: str) -> str:
    """The same call for another tool."""
    from convcli.core.border import border
    from convcli.core.kernel.kernel import Kernel
    from convcli.report.kernels.snippets import snippet

    model = told.verdict.model
    if model is None or not told.holds:
        raise UsageError(f"there is no kernel to print for {tool}: {told.verdict.sentence}")
    weights = np.asarray(model.weights, dtype=np.float64)
    top, left = model.rows.before, model.columns.before
    same = (model.rows.spare, model.columns.spare) == (-1, -1) and (model.rows.stride, model.columns.stride) == (1, 1)
    if not same or not (0 <= top < weights.shape[0] and 0 <= left < weights.shape[1]) or model.edges.name == "none":
        raise UsageError("--emit prints filters that keep the picture's size; this one has a stride, or crops")
    if model.edges.name == "renormalised" or model.edges.across:
        raise UsageError(f"--emit prints filters with one border rule; this one's is {model.edges.said}")
    if model.edges.name in ("copied", "blank"):
        raise UsageError("--emit prints filters with a border rule; this one computes nothing at the border")
    name = f"constant:{model.edges.value!r}" if model.edges.name == "constant" else model.edges.name
    return snippet(Kernel(told.name or "identified", weights, (top, left)), tool, border(name))
