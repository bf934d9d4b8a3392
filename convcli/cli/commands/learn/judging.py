"""What `learn` says of what it found: explained or not, by what name, or what else may explain it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.named import named_kernels
from convcli.core.learning.explained import Explained, explained, rounded
from convcli.core.learning.judged import Judged
from convcli.core.learning.match import match, moves
from convcli.core.learning.pairing import correlated_anchor
from convcli.core.learning.pairs import Pairs
from convcli.core.learning.result import Learned
from convcli.core.learning.wider import wider_size


def judged(
    found: Sequence[Learned], best: Sequence[Learned], pairs: Pairs, options: LearnOptions, tell: Callable[[int], None]
) -> list[Judged]:
    """What is to be said of each kernel.

    Args:
        found: the kernels; best: those of least squares, which are the same unless they were learned step by step.
        tell: told of progress.
    """
    verdict = explained(best, pairs.before, pairs.after, noise=options.noise)
    wider = None if all(verdict.holds) else wider_of(pairs, options, tell)
    return judged_by(verdict, found, wider, options)


def judged_by(
    verdict: Explained, found: Sequence[Learned], wider: tuple[int, int] | None, options: LearnOptions
) -> list[Judged]:
    """The same where it is known whether kernels explain their pictures, and which size might."""
    return [_judge(one, holds, verdict, wider, options) for one, holds in zip(found, verdict.holds, strict=True)]


def _judge(
    found: Learned, holds: bool, verdict: Explained, wider: tuple[int, int] | None, options: LearnOptions
) -> Judged:
    """Names only for a kernel that explains its pair; a convolution's as the correlation's that it stands for."""
    if not holds:
        return Judged(False, verdict.allowed, verdict.step, wider=wider)
    side = rounded(found, verdict.step)
    if found.kernel.ndim != 2 or not found.identifiable:
        return Judged(True, verdict.allowed, verdict.step, rounded=side)
    size, turns = options.kernel_size, found.mode == "convolve"
    turn = slice(None, None, -1 if turns else 1), slice(None, None, -1 if turns else 1)
    anchor = correlated_anchor(options.anchor, size, found.mode)
    weights, noise = np.asarray(found.kernel[turn]), np.asarray(found.noise[turn])
    move = moves(weights, noise, anchor)
    if move and move[0] != (0, 0):
        return Judged(True, verdict.allowed, verdict.step, move=move, rounded=side)
    named = ((name, entry[turn]) for name, entry in named_kernels(size, flipped=turns))
    return Judged(True, verdict.allowed, verdict.step, match(weights, noise, named, anchor), rounded=side)


def wider_of(pairs: Pairs, options: LearnOptions, tell: Callable[[int], None]) -> tuple[int, int] | None:
    """A size that explains this pair."""
    return wider_size(
        pairs.before,
        pairs.after,
        options.kernel_size,
        channels="sum" if options.channels == "sum" else "each",
        anchor=correlated_anchor(options.anchor, options.kernel_size, options.mode),
        counts=(pairs.before_counts, pairs.after_counts),
        noise=options.noise,
        jobs=options.jobs,
        tell=tell,
    )
