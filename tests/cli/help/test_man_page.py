"""The man page says what the help says, and troff reads it as text."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import pytest

from convcli.cli.help.man_page import _text, man_page
from convcli.cli.help.topics import TOPICS
from convcli.cli.root import root
from tests.command_line import convcli

CONTEXT = root.make_context("convcli", ["help"], resilient_parsing=True)
PAGE = man_page(CONTEXT)
REQUESTS = {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".nf", ".fi"}


def read_back(line: str) -> str:
    """What troff prints for a line of text."""
    return line.removeprefix("\\&").replace("\\:", "").replace("\\-", "-").replace("\\e", "\\")


def test_the_page_holds_every_command_option_and_topic() -> None:
    """Each command has a section, each option its spelling and meaning, each topic its whole text."""
    shown = "\n".join(read_back(line) for line in PAGE.splitlines())
    for name in root.list_commands(CONTEXT):
        command = root.get_command(CONTEXT, name)
        assert command is not None
        assert f".SS {name} " in shown
        context = click.Context(command, parent=CONTEXT)
        for option in command.params:
            record = option.get_help_record(context) if isinstance(option, click.Option) else None
            if record is not None:
                assert f".TP\n.B {record[0]}\n{' '.join(record[1].split())}\n" in shown, (name, record[0])
    for topic, text in TOPICS.items():
        assert f".SH {topic.upper()}\n" in shown
        assert text().strip() in shown


def test_no_text_is_taken_for_a_request_or_an_escape() -> None:
    """Lines that begin with a dot are ours; a backslash begins only the escapes that the page means."""
    requests = {line.split()[0] for line in PAGE.splitlines() if line.startswith((".", "'"))}
    assert requests <= REQUESTS
    assert set(re.findall(r"\\.", PAGE)) <= {"\\-", "\\e", "\\&", "\\:"}
    assert [_text(line) for line in (".5 is half", "'-'", "a\\b", "a.b")] == [
        "\\&.5 is half",
        "\\&'\\-'",
        "a\\eb",
        "a.b",
    ]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_reads_the_page_without_a_warning() -> None:
    """All its warnings are on."""
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Kutf8", "-Tutf8"], input=PAGE.encode(), capture_output=True, check=True
    )
    assert done.stderr == b""
    assert b"convcli - slide kernels over real pictures" in done.stdout


def test_help_prints_the_page_and_refuses_a_topic_beside_it() -> None:
    """`convcli help --man` is the page; with a topic it is a usage error."""
    assert convcli("help", "--man").text == PAGE
    assert convcli("help", "--man", "borders").refused(2, "--man", "borders")
