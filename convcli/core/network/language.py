"""The language of networks: "28x28x1 conv:6,5,pad=2 relu pool:avg,2 flatten fc:10".

Layers follow each other.  add( A | B ), concat( A | B ) and multiply( A | B ) send what comes in
through branches, of which `skip`, or nothing, is one that leaves it as it is.  repeat(3, A) is
A A A.  block NAME:f,s=1 ( A ) names layers, in which {f} and {s} stand for what NAME:64,2 gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.layer_text import read_layer
from convcli.core.network.parentheses import DEEPEST, Group, Item, grouped_words
from convcli.core.network.spec import INPUT, LayerSpec, Place, Shape, Written
from convcli.core.text.whole_numbers import dimensions, whole_number
from convcli.errors import OptionError, UnknownNameError

if TYPE_CHECKING:
    from convcli.core.network.named_blocks import Block

MOST_LAYERS = 10_000
REPEAT, SKIP = "repeat", "skip"


def parse_network(text: str, *, file: str | None = None) -> tuple[Shape, list[LayerSpec]]:
    """The input's shape, (H, W, C) or (N,), and the layers, each behind those that it takes its inputs from.

    Args:
        text: words apart by blanks or lines; # begins a comment.
        file: the name for messages where the text came from a file.

    Raises:
        UsageError: (InputError for a file) with the layer's number, text and the rule.

    >>> [spec.sources for spec in parse_network("8x8x2 relu add( conv:2,3,pad=1 | skip )")[1]]
    [(-1,), (0,), (1, 0)]
    """
    items = grouped_words(text, file)
    first = next((item for item in items if not (isinstance(item, Group) and item.defines)), None)
    if first is None:
        raise Written("", 0, file, 1).problem("nothing there; give a shape and layers, as in '28x28x1 conv:6,5 relu'")
    if isinstance(first, Group):
        raise first.written.problem("the first word is HxWxC, as in '28x28x1 conv:6,5 relu', and no ( follows it")
    shape = _input_shape(first)
    unrolling = _Unrolling()
    unrolling.run([item for item in items if item is not first], _Here())
    if not unrolling.specs:
        raise first.problem("no layer follows the shape; add one, as in '28x28x1 conv:6,5'")
    return shape, unrolling.specs


def _input_shape(word: Written) -> Shape:
    try:
        shape = dimensions(word.text, "the first word", "HxWxC, HxW or N, the shape that comes in")
    except OptionError as error:
        raise word.problem(str(error)) from error
    return (*shape, 1) if len(shape) == 2 else shape


class _Here(NamedTuple):
    """Where layers are laid down.

    Attributes:
        source: what comes in.
        places: the branches around it.
        values: what stands for {names}; None outside of named blocks.
        within: the use of a named block that it is in.
        depth: how many blocks and parentheses are around it.
    """

    source: int = INPUT
    places: tuple[Place, ...] = ()
    values: Mapping[str, str] | None = None
    within: str = ""
    depth: int = 0


class _Unrolling:
    """Lays the layers down one by one, repeats and named blocks written out."""

    def __init__(self) -> None:
        self.specs: list[LayerSpec] = []
        self.blocks: dict[str, Block] = {}
        self.read: dict[str, LayerSpec] = {}
        self.joins = 0
        self.branches = 0

    def run(self, items: Sequence[Item], here: _Here) -> int:
        """Lay down layers that follow each other; the position of the last, or the source where there are none."""
        source = here.source
        for item in items:
            now = here._replace(source=source)
            written = _filled_in(item.written if isinstance(item, Group) else item, here)
            if isinstance(item, Group):
                source = self._group(item, written, now)
            elif written.text.lower() == SKIP:
                if len(items) > 1 or not here.places:
                    raise written.problem("it is a whole branch, as in add( conv:4,3,pad=1 | skip )")
            else:
                source = self._word(written, now)
        return source

    def _word(self, written: Written, here: _Here) -> int:
        name = written.text.partition(":")[0]
        if name in self.blocks:
            block = self.blocks[name]
            inner = _deeper(here, written)._replace(values=block.values_for(written), within=written.text)
            return self._laid(block.body, written, inner)
        return self._added(self._read(written)._replace(written=written, sources=(here.source,), places=here.places))

    def _read(self, written: Written) -> LayerSpec:
        """The layer that a word says; most words of a deep network were read before."""
        spec = self.read.get(written.text)
        if spec is None:
            spec = self.read[written.text] = read_layer(written, (*self.blocks, REPEAT, SKIP))
            if LAYER_KINDS.find(spec.kind).joins:
                raise written.problem(f"its branches are missing; write {LAYER_KINDS.find(spec.kind).form}")
        return spec

    def _group(self, group: Group, written: Written, here: _Here) -> int:
        if group.defines:
            if here.depth or here.places or here.values is not None:
                raise written.problem("a block is named outside of all parentheses")
            from convcli.core.network.named_blocks import define_block

            block = define_block(group, (*self.blocks, REPEAT, SKIP))
            self.blocks[block.name] = block
            return here.source
        if written.text.lower() == REPEAT:
            return self._repeated(group, written, here)
        return self._joined(group, written, here)

    def _joined(self, group: Group, written: Written, here: _Here) -> int:
        spec = read_layer(written, (*self.blocks, REPEAT))
        joining = [kind.name for kind in LAYER_KINDS if kind.joins]
        if spec.kind not in joining:
            raise written.problem(f"it has no branches; before a ( stands {', '.join(joining)} or {REPEAT}")
        if len(group.branches) < 2:
            raise written.problem(f"it has one branch; | keeps branches apart, and {SKIP} is the input itself")
        join, inner = self.joins, _deeper(here, written)
        self.joins += 1
        self.branches += len(group.branches)
        if self.branches > 2 * MOST_LAYERS:
            raise written.problem(f"a network has at most {2 * MOST_LAYERS:,} branches, repeats and blocks written out")
        ends = []
        for branch, items in enumerate(group.branches):
            ends.append(self.run(items, inner._replace(places=(*here.places, Place(join, branch)))))
        return self._added(spec._replace(sources=tuple(ends), places=(*here.places, Place(join, len(ends)))))

    def _repeated(self, group: Group, written: Written, here: _Here) -> int:
        times, items = _times(group, written, here)
        inner = _deeper(here, written)
        for _ in range(times):
            inner = inner._replace(source=self._laid(items, written, inner))
        return inner.source

    def _laid(self, items: Sequence[Item], written: Written, here: _Here) -> int:
        before = len(self.specs)
        source = self.run(items, here)
        if len(self.specs) == before:
            raise written.problem("there is no layer in it")
        return source

    def _added(self, spec: LayerSpec) -> int:
        if len(self.specs) >= MOST_LAYERS:
            raise spec.written.problem(f"a network has at most {MOST_LAYERS:,} layers, repeats and blocks written out")
        self.specs.append(spec)
        return len(self.specs) - 1


def _filled_in(written: Written, here: _Here) -> Written:
    """The word with what stands for its {names}; most words of most texts have none."""
    if not here.within and "{" not in written.text and "}" not in written.text:
        return written
    from convcli.core.network.named_blocks import filled_in

    return filled_in(written, here.values, here.within)


def _deeper(here: _Here, written: Written) -> _Here:
    if here.depth >= DEEPEST:
        raise written.problem(f"blocks and parentheses stand at most {DEEPEST} deep in each other")
    return here._replace(depth=here.depth + 1)


def _times(group: Group, written: Written, here: _Here) -> tuple[int, list[Item]]:
    """How often a repeat lays down its layers, and which: repeat(3, conv:4,3 relu)."""
    rule = "write repeat(N, LAYERS)"
    first, *rest = group.branches[0] or [written]
    if len(group.branches) > 1 or isinstance(first, Group):
        raise written.problem(rule)
    count, _, more = first.text.partition(",")
    try:
        times = whole_number(_filled_in(first._replace(text=count), here).text, REPEAT)
    except (OptionError, UnknownNameError) as error:
        raise written.problem(f"{error}; {rule}") from error
    return times, [first._replace(text=more), *rest] if more else rest
