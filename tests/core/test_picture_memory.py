"""Memory that is used again when nobody has it any more, and never before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from convcli.core import picture_memory

SIZE = 5000


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Each test begins with none, and leaves none behind."""
    picture_memory._free.clear()
    yield
    picture_memory._free.clear()


def held(size: int) -> Any:
    """An array over the memory."""

    def over(memory: picture_memory.Memory) -> Any:
        return np.ndarray((size,), np.uint8, buffer=memory)

    return picture_memory.held_by(size, over)


def test_what_is_gone_is_used_again() -> None:
    """Where neither a view nor an export of it is left."""
    first = held(SIZE)
    where = first.ctypes.data
    view = first[7:].reshape(-1, 1)
    exported = memoryview(first)
    del first
    second = held(SIZE)
    del view
    third = held(SIZE)
    assert where not in (second.ctypes.data, third.ctypes.data)
    exported.release()
    del exported
    again = held(SIZE - 100)
    assert again.ctypes.data == where


@pytest.mark.parametrize("size", [SIZE + 1, SIZE // 2 - 1])
def test_what_is_too_small_or_far_too_large_is_left(size: int) -> None:
    """A small picture does not hold on to the memory of a large one."""
    where = held(SIZE).ctypes.data
    assert held(size).ctypes.data != where
    assert len(picture_memory._free) == 2


def test_only_so_many_are_kept() -> None:
    """And the oldest goes first."""
    many = [held(SIZE + index) for index in range(picture_memory.MOST + 3)]
    del many
    assert len(picture_memory._free) == picture_memory.MOST


def test_threads_never_hold_the_same() -> None:
    """Each finds what it has written, whatever the others do."""
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(300):
            mine = held(SIZE)
            mine[:] = number
            other = held(SIZE + 50)
            other[:] = number + 100
            if (mine != number).any() or (other != number + 100).any():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_large_memory_is_the_systems_zero_and_goes_back() -> None:
    """It is not kept."""
    large = held(picture_memory.LARGE)
    assert not large.any()
    large[-1] = 1
    del large
    assert picture_memory._free == []
    assert not held(picture_memory.LARGE).any()


def test_too_much_is_said_to_be() -> None:
    """As everywhere: a MemoryError, not what the system calls it."""
    with pytest.raises(MemoryError):
        picture_memory.held_by(1 << 60, memoryview)
