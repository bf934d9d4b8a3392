"""Every problem a user can cause.

::

    ConvcliError                  one clear message; `exit_code` is the process's
    |-- UsageError                2: the command line itself is wrong
    |   |-- OptionError              an option's value breaks its rule
    |   |-- UnknownNameError         no such kernel, border, sample, layer ...
    |   |-- GeometryError            shapes, strides or paddings that do not fit
    |   |-- KernelError              weights that are no kernel
    |   `-- KernelTextError          kernel text that does not parse (3 when it came from a file)
    `-- FileError                 3: an input or output could not be read, understood or written
        |-- InputError
        |   `-- TooLargeError         more pixels than are decoded whole
        |-- ClusterError             a cluster that cannot be reached, or not be used
        `-- OutputError
            `-- OutputExistsError

The core raises these; `convcli.cli.app` is the one place that turns them into
messages and exit codes.  Anything else that escapes is a bug of ours and keeps
its traceback.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # every start goes through here: what only types and messages need is not imported
    from collections.abc import Callable, Iterable


class Setting:
    """A parameter that a message speaks of, by its name in Python; the command line spells it as its own option.

    >>> str(Setting("size", "full"))
    'size full'
    """

    def __init__(self, name: str, value: str = "") -> None:
        self.name = name
        self.value = value

    def __str__(self) -> str:
        return f"{self.name} {self.value}".rstrip()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Setting) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.name, self.value))


Words = tuple[str | Setting, ...]


class ConvcliError(Exception):
    """A problem that a user can cause and can mend.

    Args:
        words: the message, in pieces: text, and the parameters that it speaks of.
    """

    exit_code = 2

    def __init__(self, *words: str | Setting) -> None:
        super().__init__(*words)
        self.words: Words = words

    def __str__(self) -> str:
        return self.spelled(str)

    def __reduce__(self) -> tuple[Callable[..., ConvcliError], tuple[object, ...], dict[str, object]]:
        """As it is, from one process to another: a subclass takes other arguments than the words."""
        return ConvcliError.__new__, (type(self), *self.words), vars(self)

    def spelled(self, spell: Callable[[Setting], str]) -> str:
        """The message, its parameters spelled as the caller knows them."""
        return "".join(spell(word) if isinstance(word, Setting) else word for word in self.words)


class UsageError(ConvcliError):
    """Wrong usage: nothing was read or written."""


class OptionError(UsageError):
    """Raised when the value of an option or argument breaks its rule.

    Args:
        option: the parameter, by its name in Python or, from the command line itself, as it is spelled there.
        value: what it was given.
        rule: what is allowed; in pieces where it speaks of other parameters.
    """

    def __init__(self, option: str, value: object, *rule: str | Setting) -> None:
        given = printable(str(value).strip()) or "an empty text"
        super().__init__(Setting(option), f": {given} is not allowed; ", *rule)
        self.option = option


class SuffixError(OptionError):
    """Raised when the name of an output ends in nothing that says how it is written.

    Args:
        option: as in OptionError.
        path: the output.
        suffixes: those that there are, dots included.
        more: what else helps, as in ", or give --format".
    """

    def __init__(self, option: str, path: object, suffixes: Iterable[str], *more: str | Setting) -> None:
        choices = list(suffixes)
        suffix = os.path.splitext(str(path))[1].lower().rstrip(".")
        near = nearest(suffix, choices) if suffix else []
        wrong = f"{printable(suffix, 20)} is no suffix that is written" if suffix else "it has no suffix"
        meant = f" (did you mean {listed(near, 'or')}?)" if near else ""
        rule = f"{wrong}{meant}: end it with {listed(choices, 'or')}"
        super().__init__(option, path, rule, *more)


class UnknownNameError(UsageError):
    """Raised when a name is in no list; the message suggests the nearest ones."""

    def __init__(self, kind: str, name: object, choices: Iterable[str], hint: str = "") -> None:
        name = str(name)  # Python's callers may give anything
        super().__init__(f"no {kind} is called {printable(name)!r}; {advice(name, choices, hint)}")
        self.name = name


def check_name(kind: str, name: object, choices: Iterable[str]) -> None:
    """Refuse what is none of the choices, whatever it is.

    Raises:
        UnknownNameError: with the choices.

    >>> check_name("size", "same", ("same", "valid"))
    """
    choices = list(choices)
    if not isinstance(name, str) or name not in choices:  # an array is compared piece by piece
        raise UnknownNameError(kind, name, choices)


class GeometryError(UsageError):
    """Raised when shapes, strides, dilations or paddings do not fit together."""


class WindowTooLargeError(GeometryError):
    """Raised when a window does not fit into its padded input.

    Attributes:
        problem: both sizes, without the advice.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "; use a smaller kernel, more ", Setting("padding"), " or ", Setting("size", "full"))
        self.problem = problem


class KernelError(UsageError):
    """Raised when weights are no kernel: wrong shape, or not finite."""


class KernelTextError(UsageError):
    """Raised when kernel text does not parse; names the file, line and column.

    Args:
        where: the file's name, "stdin", or the option that held the literal.
        problem: what is wrong, and the rule.
        line, column: 1-based position in the text, where known.
        from_file: text that came from a file or stdin is an input (exit 3).
    """

    def __init__(
        self, where: str, problem: str, line: int | None = None, column: int | None = None, *, from_file: bool = False
    ) -> None:
        place = printable(where)
        place += "" if line is None else f", line {line}"
        place += "" if column is None else f", column {column}"
        super().__init__(f"{place}: {problem}")
        self.exit_code = 3 if from_file else 2


class FileError(ConvcliError):
    """A file, pipe or device failed."""

    exit_code = 3

    def __init__(self, path: object, *problem: str | Setting) -> None:
        super().__init__(f"{printable(str(path))}: ", *problem)
        self.path = str(path)


class InputError(FileError):
    """Raised when an input cannot be read or understood."""


class TooLargeError(InputError):
    """Raised when a picture has more pixels than one that is decoded whole may have."""


class ClusterError(FileError):
    """Raised when a cluster cannot be reached, cannot do the work, or is gone; its address is the path."""


class OutputError(FileError):
    """Raised when an output cannot be written."""


class OutputExistsError(OutputError):
    """Raised when an output exists and may not be replaced."""

    def __init__(self, path: object) -> None:
        super().__init__(path, "the output exists already; use ", Setting("force"), " to replace it")


def nearest(name: str, choices: Iterable[str], count: int = 3) -> list[str]:
    """The few choices most like `name`, best first; empty when none is near."""
    import difflib

    return difflib.get_close_matches(name.lower(), list(choices), n=count, cutoff=0.6)


def advice(name: str, choices: Iterable[str], hint: str = "") -> str:
    """What to type in place of a name that is in no list: the nearest, all, or where to look.

    >>> advice("vald", ["same", "valid", "full"]), advice("9", ["same", "valid", "full"])
    ('did you mean valid?', 'choose from same, valid, full')
    """
    choices = list(choices)
    near = nearest(name, choices)
    if near:
        return f"did you mean {listed(near, 'or')}?"
    if len(choices) <= 24:  # as many as three lines hold
        return f"choose from {', '.join(choices)}"
    return hint or f"there are {len(choices)} to choose from"


def many(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun in the right number.

    >>> many(1, "unit"), many(1000, "unit"), many(2, "entry", "entries")
    ('1 unit', '1,000 units', '2 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def listed(names: Iterable[str], link: str = "and") -> str:
    """Names as a sentence has them.

    >>> listed(["tiff", "npy", "csv"], "or"), listed(["adjoint"])
    ('tiff, npy or csv', 'adjoint')
    """
    *others, last = names
    return f"{', '.join(others)} {link} {last}" if others else last


def printable(text: str, limit: int = 200) -> str:
    """One line that is safe to print: control characters and stray bytes escaped."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: limit + 1])
    return shown if len(shown) <= limit else f"{shown[: limit - 3]}..."
