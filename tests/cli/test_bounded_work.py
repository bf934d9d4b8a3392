"""Every whole-number option of every command with numbers no machine can follow: the right answer, or one message.

Each line runs in a process of its own with limits on memory and processor time, which the system keeps.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import click
import numpy as np
import pytest

from convcli.cli.root import root
from convcli.core.correlation.correlate import prepare
from convcli.core.engines import ENGINES
from convcli.core.engines.far import FarRunner
from convcli.core.problem.options import Options
from convcli.errors import UnknownNameError
from tests.command_line import convcli
from tests.oracles import floats, source

HUGE = (10**8, 10**19, 10**40)
MEMORY = 200 << 20  # beyond what the libraries' code takes, which differs from machine to machine
SECONDS = 60  # of processor time, of all together
PLAIN = {
    "apply": ["0 1; 2 3", "-k", "1 1; 1 2"],
    "equivariance": ["0 1 2 5; 2 3 1 1; 4 4 0 1", "-k", "1 1; 1 2"],
    "explain": ["0 1; 2 3", "-k", "1 1; 1 2", "--at", "0,0"],
    "learn": ["0 1 2; 2 3 1; 4 4 0", "1 2 3; 3 4 2; 5 5 1", "--kernel-size", "1"],
    "matrix": ["3x3", "-k", "1 1; 1 2"],
    "params": ["28x28x1", "--kernel", "5x5"],
    "show": ["0 1; 2 3"],
    "summary": ["28x28x1 conv:6,5 flatten fc:10"],
    "verify": ["0 1; 2 3", "-k", "1 1; 1 2"],
}
WHOLE = {"INTEGER", "N|T,B,L,R", "N|ROWSxCOLS", "HxW", "NUMBER", "NUMBERS"}
TEXTS = {
    "--at": ["{},0", "0,{}"],
    "--crop": ["{},0,1,1", "0,0,{},{}"],
    "--border": ["constant:{}"],
    "--fill": ["constant:{}"],
    "--pool": ["max:{}", "avg:2,stride={}"],
    "--channel": ["{}"],
    "--groups": ["{}"],
    "--sweep": ["{}", "stride=1..{}"],
    "--transform": ["rotate:{}", "scale:{}"],
    "--kernel": ["box:size={}", "gaussian:sigma={}", "gaussian:sigma=2,size={}", "{}x{}", "bank:gabor:orientations={}"],
    "--with": ["box:size={}", "gaussian:sigma={}"],
    "--padding": ["{}", "0,{},0,0", "{},{},{},{}"],
    "--stride": ["{}", "1x{}"],
    "--dilation": ["{}", "1x{}"],
    "--kernel-size": ["{}", "1x{}"],
}
ARGUMENTS = [
    ("kernels", ["box:size={}"]),
    ("kernels", ["gaussian:sigma={}"]),
    ("flip", ["box:size={}"]),
    ("matrix", ["{}x{}", "-k", "1 1"]),
    ("params", ["{}x{}x{}", "--kernel", "3x3"]),
    ("summary", ["{}x{}x1 conv:{},5 flatten fc:{}"]),
    ("summary", ["28x28x1 conv:6,5,pad={},stride={} flatten fc:10"]),
    ("summary", ["28x28x1 conv:6,5,pad=same,dilation={} flatten fc:10"]),
    ("matrix", ["3x3", "-k", "box", "--dilation", "{}"]),
    ("equivariance", ["sample:shapes", "-k", "box", "--dilation", "{}"]),
    ("equivariance", ["sample:shapes", "-k", "box", "--stride", "{}", "--padding", "{}"]),
    ("apply", ["sample:shapes", "-k", "box", "--dilation", "{}", "-o", "-"]),
    ("apply", ["0 1; 2 3", "-k", "1 1", "--dilation", "{}", "--padding", "{}", "--stride", "{}"]),
]


def lines() -> list[list[str]]:
    """Every option that takes a whole number, from the commands themselves, and arguments that hold one."""
    found = []
    context = click.Context(root)
    for name, plain in PLAIN.items():
        command = root.get_command(context, name)
        assert command is not None
        for option in command.params:
            if not isinstance(option, click.Option) or option.is_flag:
                continue
            spelled = max(option.opts, key=len)
            texts = TEXTS.get(spelled, ["{}"] if getattr(option.type, "name", "") in WHOLE else [])
            found += [[name, *plain, spelled, text] for text in texts]
    return found + [[name, *arguments] for name, arguments in ARGUMENTS]


LINES = [[word.replace("{}", str(huge)) for word in line] for line in lines() for huge in HUGE]


CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from tests.command_line import convcli
for name in ("kernels", "apply", "learn", "equivariance", "matrix", "explain", "verify", "show"):
    convcli(name, "--help")
convcli("apply", "0 1; 2 3", "-k", "1 1; 1 2", "-o", "-")
used = int(next(line for line in open("/proc/self/status") if line.startswith("VmData")).split()[1]) << 10
resource.setrlimit(resource.RLIMIT_DATA, (used + {memory}, used + {memory}))
for line in json.load(sys.stdin):
    print(json.dumps(line), end=" ", flush=True)
    try:
        done = convcli(*line)
        print(json.dumps([done.code, len(done.out), done.err]), flush=True)
    except BaseException as error:
        print(json.dumps([None, 0, repr(error)]), flush=True)
"""


def ended(some: list[list[str]]) -> str:
    """What a process with limits of its own says of these lines, one after the other."""
    child = CHILD.replace("{seconds}", str(SECONDS)).replace("{memory}", str(MEMORY))
    done = subprocess.run(
        [sys.executable, "-c", child], input=json.dumps(some), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.returncode, done.stdout.splitlines()[-1:], done.stderr[-600:])
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux'")
def test_no_number_makes_the_work_unbounded() -> None:
    """Exit 0 or 1 with an answer, or 2 or 3 with one message of at most three lines that is not about memory."""
    faults = []
    with ThreadPoolExecutor(2) as threads:
        for text in threads.map(ended, (LINES[::2], LINES[1::2])):
            for shown in text.splitlines():
                line, size = json.JSONDecoder().raw_decode(shown)
                code, answer, message = json.loads(shown[size:])
                refused = code in (2, 3) and message.count("Error:") == 1 and len(message.strip().splitlines()) <= 3
                if not (refused and "not enough memory" not in message) and not (code in (0, 1) and answer):
                    faults.append((line, code, message))
    assert not faults


def text_of(*line: str) -> str:
    """What a command printed, without remarks."""
    done = convcli(*line)
    assert done.code in (0, 1), done
    return "".join(row + "\n" for row in done.text.splitlines() if row[0] != "#")


@pytest.mark.parametrize("border", ["edge", "zero", "symmetric", "reflect", "wrap", "constant:300", "constant:0.5"])
def test_far_taps_read_by_the_borders_rule(border: str) -> None:
    """A dilation far beyond the picture, against the same kernel's taps one by one in exact fractions."""
    rng = np.random.default_rng(3)
    name, _, fill = border.partition(":")
    rule = "zero" if fill else name
    for dtype in (np.uint8, np.int64, np.float32, np.float64):
        picture = rng.integers(0, 200, (5, 7, 2)).astype(dtype)
        for kernel in (rng.integers(-3, 4, (2, 3, 2)).astype(float), rng.normal(size=(2, 3, 2))):
            options: dict[str, Any] = {"stride": (2, 1), "dilation": (10**7 + 3, 10**9 + 1), "bias": [1, -2]}
            correlation = prepare(picture, kernel, Options.of(border=border, **options))
            assert isinstance(correlation.plan.runner, FarRunner)
            response = correlation.response()
            plain = prepare(picture, kernel, Options.of(border=border, bias=[1, -2]))
            assert response.dtype == plain.problem.result_dtype
            for f, c in itertools.product(range(2), range(2)):
                exact = far_definition(picture[:, :, c], kernel[f], rule, float(fill or 0), options)
                error = np.abs(response[:, :, 2 * f + c] - (floats(exact) + [1, -2][f])).max()
                assert error <= (0 if correlation.problem.exact else 1e-5 * np.abs(kernel).sum() * 300), (dtype, f, c)


def far_definition(plane: Any, kernel: Any, border: str, fill: float, options: dict[str, Any]) -> Any:
    """out[r, c] = sum_ij kernel[i, j] * plane[rule(r*s + (i - h//2)*d), ...], in exact fractions."""
    (rows, columns), (h, w) = plane.shape, kernel.shape
    (down, across), (far_down, far_across) = options["stride"], options["dilation"]
    out = np.empty((-(-rows // down), -(-columns // across)), object)
    for r, c in np.ndindex(out.shape):
        out[r, c] = Fraction(0)
        for i, j in np.ndindex(h, w):
            y = inside(r * down + (i - h // 2) * far_down, rows, border)
            x = inside(c * across + (j - w // 2) * far_across, columns, border)
            value = fill if y is None or x is None else plane[y, x].item()
            out[r, c] += Fraction(kernel[i, j].item()) * Fraction(value)
    return out


def inside(p: int, n: int, border: str) -> int | None:
    """The position that p stands for; far ones a whole number of periods nearer first, where there are periods."""
    period = {"symmetric": 2 * n, "reflect": 2 * (n - 1), "wrap": n}.get(border)
    return source(p % period if period else p, n, border)


@pytest.mark.parametrize("huge", [10**8, 10**19, 10**40])
def test_a_stride_beyond_the_picture_leaves_the_first_window(huge: int) -> None:
    """The same as the top left value without a stride, in every command that has one."""
    assert text_of("apply", "0 1; 2 3", "-k", "1 1; 1 2", "--size", "valid", "--stride", f"{huge}") == "9\n"
    assert text_of("apply", "1 2 3; 4 5 6", "-k", "1 1", "--size", "valid", "--stride", f"1x{huge}") == "3\n9\n"
    assert text_of("matrix", "2x2", "-k", "1 1; 1 2", "--size", "valid", "--stride", f"{huge}") == "1 1 1 2\n"


@pytest.mark.parametrize("huge", [10**8, 10**19, 10**40])
def test_the_dilation_of_a_single_tap_changes_nothing(huge: int) -> None:
    """However large it is."""
    assert text_of("apply", "0 1; 2 3", "-k", "2", "--dilation", f"{huge}") == "0 2\n4 6\n"
    assert text_of("apply", "1 2 3", "-k", "1 1", "--size", "valid", "--dilation", f"{huge}x1") == "3 5\n"
    assert text_of("matrix", "1x2", "-k", "3", "--dilation", f"{huge}") == "3 0\n0 3\n"


@pytest.mark.parametrize("fill", ["40000", "-40000", "1e300", "-1e300", "0.5", "1e-300", "3e9", "1e19"])
@pytest.mark.parametrize("kernel", ["0 0", "0 0; 0 0", "0"])
def test_a_kernel_of_zeros_gives_zeros_whatever_the_fill(fill: str, kernel: str) -> None:
    """No dtype of sums need hold the fill, but what is gathered must."""
    for picture in ("0 1; 2 3", "-1 2.5; 300 4"):
        shown = text_of("apply", picture, "-k", kernel, "--border", f"constant:{fill}")
        assert np.array(shown.split(), float).tolist() == [0, 0, 0, 0], (fill, shown)
    for name in ENGINES.names():
        try:
            correlation = prepare(
                np.ones((5, 6), np.uint8), np.zeros((2, 2)), Options.of(border=f"constant:{fill}", engine=name)
            )
        except UnknownNameError:
            continue
        assert not correlation.response().any(), name
