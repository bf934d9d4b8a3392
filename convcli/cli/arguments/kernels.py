"""The values of `-k`: one kernel or several, with the rules that need all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from convcli.cli.first_words import KERNEL, IncompleteError
from convcli.core.kernel.axes import FILTERS_FIRST, FILTERS_LAST, depthwise, is_doubtful, read_the_other_way
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.errors import UsageError, many
from convcli.kernels import kernels_from

AXES = {FILTERS_FIRST: "(F, C, h, w)", FILTERS_LAST: "(h, w, C, F)"}
DEPTHWISE = "(h, w, C, M), depthwise"


def load_kernels(
    texts: Sequence[str],
    *,
    anchor: tuple[int, int] | None = None,
    layout: str | None = None,
    groups: int = 1,
    stdin_taken: bool = False,
    assume: Callable[[str], None] | None = None,
) -> KernelStack:
    """All kernels of all `-k` values; several where there is a bank, a file of several, or several `-k`.

    Args:
        anchor: of each of them; None leaves them their own.
        layout: --kernel-layout; without it, weights that can be read both ways keep the other reading.
        groups: that the kernels are for; with as many as they have channels, Keras' depthwise order is one reading.
        assume: says which kernel is taken where none was named; without it one has to be.

    Raises:
        UsageError: no kernel; or stdin asked for twice; an anchor that is outside a kernel or not its own; a layout
            of nothing.
    """
    if not texts:
        if assume is None:
            words = "give a kernel with -k: a name (sobel-x), rows ('0 1; 2 3'), bank:NAME or @FILE"
            raise IncompleteError(words, "-k", KERNEL)
        assume(f"no -k: this is {KERNEL}; 'convcli kernels' lists others")
        texts = (KERNEL,)
    stdins = [text for text in texts if text.strip() == "@-"]
    if len(stdins) + stdin_taken > 1:
        raise UsageError("stdin can be read once: give '-' as the input, or '@-' as one kernel")
    if layout is not None and not any(_is_file(text) for text in texts):
        raise UsageError("--kernel-layout says how the axes of a file's weights stand, and no kernel here is an @FILE")
    given: Several = [kernels_from(text, layout=layout or FILTERS_FIRST) for text in texts]
    readings = [_stack(given, AXES[layout or FILTERS_FIRST])]
    if layout is None and (last := _read_anew(texts, given, read_the_other_way)):
        given = last
        readings.append(_stack(last, AXES[FILTERS_LAST]))
    if groups > 1 and (len(readings) > 1 or layout == FILTERS_LAST):
        apart = _read_anew(texts, given, partial(depthwise, groups=groups))
        readings += [_stack(apart, DEPTHWISE)] if apart else []
    stack = readings.pop()
    while readings:
        stack = replace(readings.pop(), otherwise=stack)
    return stack.anchored(anchor)


Several = Sequence[tuple[Kernel, ...]]


def _is_file(text: str) -> bool:
    return text.strip().startswith("@")


def _read_anew(texts: Sequence[str], given: Several, anew: Callable[[Sequence[Kernel]], tuple[Kernel, ...]]) -> Several:
    """All kernels, those of files with channels read in another way; none where there are none."""
    others = [anew(kernels) if _is_file(text) else () for text, kernels in zip(texts, given, strict=True)]
    return [other or kernels for other, kernels in zip(others, given, strict=True)] if any(others) else []


def _stack(given: Several, axes: str) -> KernelStack:
    kernels = tuple(kernel for several in given for kernel in several)
    return KernelStack(kernels, len(kernels) > 1, axes=axes)


def fitted(stack: KernelStack, depth: int, groups: int = 1) -> tuple[KernelStack, str]:
    """The kernels as a picture of `depth` channels takes them, and what is to be said where they can be read otherwise.

    Filters first, as most frameworks have them, wins where both orders fit.
    """
    chosen, other = stack.reading_for(depth, groups), stack.otherwise
    if chosen is not stack:
        return chosen, "" if stack.axes == AXES[FILTERS_LAST] else _words(chosen, stack)  # that was asked for
    if other is None or not (stack.fits(depth, groups) and other.fits(depth, groups)):
        return stack, ""
    return stack, _words(stack, other) if is_doubtful(stack.kernels, other.kernels) else ""


def without_picture(stack: KernelStack) -> str:
    """What is to be said of kernels that are shown by themselves, filters first, where the other order is likely."""
    other = stack.otherwise
    return _words(stack, other) if other and is_doubtful(stack.kernels, other.kernels) else ""


def _words(taken: KernelStack, other: KernelStack) -> str:
    name = next(kernel.name for kernel in taken if kernel.channels is not None).removesuffix("-0")
    advice = "; --kernel-layout hwcf takes the axes so" if other.axes == AXES[FILTERS_LAST] else ""
    return f"{name} is read as {taken.axes}: {_filters(taken)}; as {other.axes} it is {_filters(other)}{advice}"


def _filters(stack: KernelStack) -> str:
    filters = [kernel for kernel in stack if kernel.channels is not None]
    first = filters[0]
    return f"{many(len(filters), 'filter')} of {many(first.channels or 0, 'channel')}, {first.height}x{first.width}"
