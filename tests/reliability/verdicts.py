"""What every command line must hold to, whatever came in."""

from __future__ import annotations

from pathlib import Path

from tests.reliability.warm import Ended

SECONDS, MEMORY = 2.0, 200 << 20


def ends_well(ended: Ended, least: int) -> bool:
    """Whether it ended by itself, without a traceback, in time and in little memory."""
    assert ended.code in (0, 2, 3), ended
    assert "Traceback" not in ended.err, ended.err
    assert "Exception ignored" not in ended.err, ended.err
    assert ended.cpu < SECONDS, ended
    assert ended.peak - least < MEMORY, ended
    return True


def one_message(ended: Ended, code: int, *words: str) -> bool:
    """Whether it was refused with this code and one message of at most three lines that holds these words."""
    assert ended.code == code, ended
    assert len(ended.lines) <= 3, ended.err
    assert sum(line.startswith("Error:") for line in ended.lines) == 1, ended.err
    assert ended.out == b"", ended.out
    for word in words:
        assert word in ended.err, (word, ended.err)
    return True


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
