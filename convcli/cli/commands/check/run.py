"""What `check` does: mark one answer, or a folder of them."""

from __future__ import annotations

import os
import sys

import click

from convcli.cli.app import stop
from convcli.cli.commands.check.asked import CheckOptions
from convcli.cli.commands.check.posing import EXAMPLE, posed
from convcli.cli.commands.check.question import Question
from convcli.cli.spelling import spelled
from convcli.errors import ConvcliError, InputError, SuffixError, UsageError, many, printable
from convcli.files import check_target, write_bytes
from convcli.files.reasons import reason
from convcli.report.checking.record import check_record, unread_record
from convcli.report.checking.text import Line, closing_line, mark_lines, sheet_csv, sheet_table
from convcli.report.explain.text import plain_signs
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.table import show_table
from convcli.report.printing.wrapping import terminal_width


def check(options: CheckOptions) -> None:
    """Run `check`; leave with 1 where an answer is wrong, with 3 where one could not be read."""
    _check_usage(options)
    if options.sheet is not None:
        _mark_sheet(options.sheet, options)
        return
    answer, *exercise = options.words
    question, line = posed(exercise, options)
    mark, place, arithmetic = question(answer)
    if options.as_json:
        click.echo(json_line(check_record(answer, line, mark, place)))
    elif not options.quiet:
        width = terminal_width(sys.stdout)
        text = "\n".join(mark_lines(mark, place, arithmetic(width), width))
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        click.echo(text if text.encode(encoding, "ignore").decode(encoding) == text else plain_signs(text))
    if not mark.right:
        stop(1)


def _check_usage(options: CheckOptions) -> None:
    words, output = options.words, options.output
    if options.sheet is None:
        if not words:
            raise UsageError(f"check needs an ANSWER and the exercise behind --, as in: {EXAMPLE}")
        if output is not None:
            raise UsageError("-o takes the marks of a sheet; give --sheet FOLDER, or leave it out")
        stdins = [word for word in words if word.strip() in ("-", "@-")]
        if len(stdins) > 1:
            raise UsageError("stdin can be read once: it is the answer, the input, or one kernel")
        return
    if options.as_json and output == "-":
        raise UsageError("--json and the sheet cannot both go to stdout; give -o a file, or leave one of them out")
    if output not in (None, "-"):
        if not output.lower().endswith(".csv"):
            raise SuffixError("-o", output, (".csv",))
        check_target(output, force=options.force)


def _mark_sheet(folder: str, options: CheckOptions) -> None:
    """Mark every file of a folder."""
    names, left = _answers(folder, options.output)
    question, exercise = posed(options.words, options)
    lines = []
    for name in names:
        path = os.path.join(folder, name)
        line = _line(name, path, question)
        lines.append(line)
        if options.as_json:
            record = (
                unread_record(path, exercise, line.error)
                if line.mark is None
                else check_record(path, exercise, line.mark, line.place)
            )
            click.echo(json_line(record))
    _hand_out(lines, options)
    if left:
        options.remark(f"{folder}: {many(left, 'folder')} in it left out")
    failed = any(line.mark is None for line in lines)
    if failed or any(line.mark is not None and not line.mark.right for line in lines):
        stop(3 if failed else 1)


def _answers(folder: str, output: str | None) -> tuple[list[str], int]:
    """Names of the files, hidden ones and the sheet itself left out, and how many folders there are.

    Raises:
        InputError: no folder, or nothing in it.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(folder, reason(error)) from error
    own = os.path.realpath(output) if output not in (None, "-") else None
    seen = [entry for entry in entries if entry.name[0] != "." and os.path.realpath(entry.path) != own]
    names = [entry.name for entry in seen if not entry.is_dir()]
    if not names:
        raise InputError(folder, "the folder holds no answers: no file that is not hidden")
    return names, len(seen) - len(names)


def _line(name: str, path: str, question: Question) -> Line:
    try:
        mark, place, _ = question(path)
    except ConvcliError as error:
        return Line(name, None, error=printable(spelled(error).splitlines()[0], 400))
    return Line(name, mark, place)


def _hand_out(lines: list[Line], options: CheckOptions) -> None:
    """The sheet: to a file, to a pipe as CSV, to a terminal as a table."""
    if options.output not in (None, "-"):
        write_bytes(options.output, sheet_csv(lines), force=options.force)
        if not options.as_json:
            options.remark(f"{options.output}: {closing_line(lines)}")
    elif options.as_json or (options.quiet and options.output is None):
        return
    elif options.output is None and terminal_width(sys.stdout) is not None:
        show_table(sheet_table(lines))
    else:
        click.echo(sheet_csv(lines).decode(), nl=False)
        options.remark(closing_line(lines))
