"""What `identify` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import DrawingOptions, ReadingOptions
from convcli.core.quantities import plain
from convcli.errors import OptionError, UsageError, listed

MIB = 1 << 20
WHOLE = ("png", "ppm")  # formats of whole numbers


class IdentifyOptions(ReadingOptions, DrawingOptions):
    """The options of `identify`, as they were typed.

    Attributes:
        words: the command and its arguments.
        function: --python; arguments: --args.
        probes_folder: --probes; results_folder: --results.
        kernel_texts: -k: the kernel that was meant.
        picture: --on, the unseen picture; None for a sample.
        output: -o, the report.
        timeout: seconds of a run; memory: MiB of a run.
    """

    words: tuple[str, ...]
    function: str | None
    arguments: str | None
    probes_folder: str | None
    results_folder: str | None
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    picture: str | None
    file_format: str | None
    depth: str
    timeout: float
    memory: int
    emit: str | None
    output: str | None
    as_json: bool
    verbose: bool

    @property
    def name(self) -> str:
        """What messages call whoever is asked."""
        return self.function or self.results_folder or (self.words[0] if self.words else "")

    @property
    def given_format(self) -> str:
        """The format of probes as files."""
        return self.file_format or ("tiff" if self.depth == "float" else "png")

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            UsageError: none or several of those that can be asked, or an option that is not theirs.
        """
        ways = {
            "a command behind --": bool(self.words),
            "--python": self.function is not None,
            "--probes": self.probes_folder is not None,
            "--results": self.results_folder is not None,
        }
        given = [way for way, there in ways.items() if there]
        if not given:
            example = "convcli identify -- gm convert {in} -blur 0x1 {out}"
            raise UsageError(f"give a command behind --, as in '{example}', or --python, --probes or --results")
        if len(given) > 1:
            raise UsageError(f"{listed(given)} are two ways to one end; give one of them")
        self._check_theirs(given[0])
        if self.timeout <= 0:
            raise OptionError("--timeout", plain(self.timeout), "give a number of seconds above 0")
        if self.depth == "float" and self.file_format in WHOLE:
            raise OptionError("--format", self.file_format, "--depth float needs tiff or npy")

    def _check_theirs(self, way: str) -> None:
        runs = way in ("a command behind --", "--python")
        theirs = {
            "--args": (self.arguments is not None, way == "--python", "--python"),
            "--format": (self.file_format is not None, way in ("a command behind --", "--probes"), "a command"),
            "--on": (self.picture is not None, runs, "what can be run: the unseen picture has to go through it, too"),
            "--kernel": (bool(self.kernel_texts), way != "--probes", "a verdict"),
            "--emit": (self.emit is not None, way != "--probes", "a verdict"),
            "-o": (self.output is not None, way != "--probes", "a verdict: it is the report"),
        }
        for option, (there, allowed, owner) in theirs.items():
            if there and not allowed:
                raise UsageError(f"{option} belongs to {owner}; here is {way}")
        if self.emit is not None and self.as_json:
            raise UsageError("--emit prints a command on stdout; leave out --json")
        if self.emit is not None and self.output == "-":
            raise UsageError("--emit prints a command on stdout; give -o a file")
