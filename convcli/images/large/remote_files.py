"""Files on a network, through fsspec: s3://..., https://...  Only where it is allowed, and no others than asked for.

An address is text with a scheme in front; what a picture's own metadata names is a path in it, never an address.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from convcli.errors import InputError, Setting, UsageError, printable
from convcli.files.reasons import system_words
from convcli.files.source import HEAD_BYTES, Source, open_source
from convcli.images.addresses import is_address

BOTO = "botocore.exceptions"
FAILURES = (("aiohttp", "ClientError"), (BOTO, "BotoCoreError"), (BOTO, "ClientError"))
MISSING = "needs an extra: pip install 'convcli[large]'"


def check_address(text: str, *, network: bool) -> None:
    """Refuse an address, before anything is opened, where it is not allowed or cannot be.

    Raises:
        UsageError: it is not allowed.
        InputError: the extra is missing.
    """
    if not network:
        allow = Setting("allow_network")
        raise UsageError(
            f"{printable(text)}: this is an address, and nothing is fetched from a network without ", allow
        )
    if importlib.util.find_spec("fsspec") is None:
        raise InputError(text, f"an address {MISSING}")


@contextlib.contextmanager
def open_anywhere(text: str, *, network: bool) -> Iterator[Source]:
    """The bytes behind a path, "-", `sample:NAME`, or an address where `network` allows it.

    Raises:
        InputError, UsageError: it cannot be opened, or is not allowed.
    """
    if not is_address(text):
        with open_source(text) as source:
            yield source
        return
    with _fetched(text, network) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        yield Source(text, head, stream, size)


def beginning(text: str, names: set[str], *, network: bool) -> tuple[bytes, set[str]]:
    """The first bytes of the file at an address; or, of these names, those that a folder there has.

    Raises:
        InputError, UsageError: it is neither, or not allowed.
    """
    system, path = file_system(text, network=network)
    with explained(text):
        found = {name for name in names if system.isfile(f"{path.rstrip('/')}/{name}")}
        return (b"", found) if found else (bytes(system.cat_file(path, end=HEAD_BYTES)), set())


@contextlib.contextmanager
def _fetched(text: str, network: bool) -> Iterator[BinaryIO]:
    system, path = file_system(text, network=network)
    with explained(text):
        stream = system.open(path, "rb")
    try:
        if not stream.seekable():
            raise InputError(text, "its server sends whole files only, no parts of them (ranges)")
        yield cast(BinaryIO, io.BufferedReader(_Translated(text, stream)))
    finally:
        stream.close()


def file_system(text: str, *, network: bool) -> tuple[Any, str]:
    """fsspec's file system for an address, and the path in it.

    Raises:
        InputError, UsageError: as `check_address`; or fsspec knows no such scheme.
    """
    check_address(text, network=network)
    import fsspec

    with explained(text):
        system, path = fsspec.url_to_fs(text)
        return system, str(path)


@contextlib.contextmanager
def explained(name: str, *, missing: bool = False) -> Iterator[None]:
    """One InputError for what goes wrong on a network; with `missing`, what is not there is the caller's business."""
    try:
        yield
    except ImportError as error:  # fsspec says which library a scheme needs
        raise InputError(name, printable(str(error))) from error
    except FileNotFoundError as error:
        if missing:
            raise
        raise InputError(name, "there is nothing at this address") from error
    except _failures() as error:
        words = system_words(error) if isinstance(error, OSError) else str(error)
        raise InputError(name, f"cannot be fetched: {printable(words) or type(error).__name__}") from error


def _failures() -> tuple[type[Exception], ...]:
    """What fsspec raises, and the libraries behind it, of those that are in use."""
    in_use = (name for name in FAILURES if name[0] in sys.modules)
    return (OSError, ValueError, RuntimeError, *(getattr(sys.modules[module], name) for module, name in in_use))


class _Translated(io.RawIOBase):
    """A stream of fsspec's whose failures are InputErrors."""

    def __init__(self, name: str, stream: Any) -> None:
        self._name, self._stream = name, stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        return int(self._stream.seek(place, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        with explained(self._name):
            content = self._stream.read(len(view))
        view[: len(content)] = content
        return len(content)
