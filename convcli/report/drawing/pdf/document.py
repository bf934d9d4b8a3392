"""The file: objects, where each of them begins, and what is read first."""

from __future__ import annotations

import zlib

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # bytes above 127 tell those who ask that it is no text


class Document:
    """A PDF file in the making: numbered objects, whose contents are given in any order."""

    def __init__(self) -> None:
        self._objects: list[bytes | None] = []

    def reserve(self) -> int:
        """The number of an object that is defined later."""
        self._objects.append(None)
        return len(self._objects)

    def define(self, at: int, content: str | bytes) -> None:
        """Give a reserved object its content."""
        self._objects[at - 1] = content.encode("ascii") if isinstance(content, str) else content

    def add(self, content: str | bytes) -> int:
        """A new object, and its number."""
        at = self.reserve()
        self.define(at, content)
        return at

    def add_stream(self, content: bytes, entries: str = "") -> int:
        """A new stream, deflated, with more entries for its dictionary."""
        deflated = zlib.compress(content, 9)
        heading = f"<< /Length {len(deflated)} /Filter /FlateDecode{entries and f' {entries}'} >>\nstream\n"
        return self.add(heading.encode("ascii") + deflated + b"\nendstream")

    def written(self, root: int, info: int) -> bytes:
        """The whole file.

        Args:
            root, info: the objects of the catalogue and of what is said about the document.
        """
        out, starts = bytearray(HEADER), []
        for at, content in enumerate(self._objects, start=1):
            if content is None:
                raise ValueError(f"object {at} was reserved and never defined: a fault of ours")
            starts.append(len(out))
            out += b"%d 0 obj\n" % at + content + b"\nendobj\n"
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1)
        out += b"".join(b"%010d 00000 n \n" % start for start in starts)
        trailer = b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        return bytes(out + trailer % (len(starts) + 1, root, info, table))


def text_string(words: str) -> str:
    """Words as a string object: UTF-16 in hexadecimal digits."""
    return f"<FEFF{words.encode('utf-16-be', 'replace').hex().upper()}>"
