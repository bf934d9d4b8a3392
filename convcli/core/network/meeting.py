"""Where branches meet: what a unit sees that is joined to its counterparts in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from convcli.core.network.field import Field, TooFineError
from convcli.core.network.flow import Flow
from convcli.core.network.seen import Reach
from convcli.core.network.spec import LayerSpec, Shape


def met(spec: LayerSpec, flows: Sequence[Flow], shape: Shape) -> tuple[Flow, str]:
    """The flow of units of which each is joined to one of every branch, and what is odd about where they look.

    The receptive field is the union of the branches'.  A branch of a single unit, as behind a
    global pool, meets every unit of the others.
    """
    if len({flow.grid for flow in flows if set(flow.grid) != {1}}) > 1:  # rows of numbers from maps of different sizes
        reach = tuple(reduce(Reach.united, (flow.reach[axis].joined() for flow in flows)) for axis in _axes(flows))
        return Flow(shape, tuple(seen.field() for seen in reach), tuple(1 for _ in reach), reach), ""
    grid = tuple(max(flow.grid[axis] for flow in flows) for axis in _axes(flows))
    reach = tuple(reduce(Reach.united, (flow.reach[axis] for flow in flows)) for axis in _axes(flows))
    remarks = [_apart([flow.fields[axis] for flow in flows]) for axis in _axes(flows)]
    try:
        fields = tuple(_field([flow.fields[axis] for flow in flows], reach[axis]) for axis in _axes(flows))
    except TooFineError as error:
        raise spec.written.problem("its branches' views differ so finely that they are not followed") from error
    return Flow(shape, fields, grid, reach), next(filter(None, remarks), "")


def _axes(flows: Sequence[Flow]) -> range:
    return range(len(flows[0].grid))


def _field(fields: Sequence[Field], reach: Reach) -> Field:
    """The union; the span of all units together where the branches' steps differ."""
    together: Field | None = fields[0]
    for field in fields[1:]:
        together = together and together.united(field)
    return together or reach.joined().field()


def _apart(fields: Sequence[Field]) -> str:
    """How the branches' views lie apart, in words; "" where they do not."""
    first, steps = fields[0], {field.jump: None for field in fields if field.step}
    if len(steps) > 1:
        return f"its branches step by {' and '.join(map(str, steps))} pixels, so that no stride and no centre fits both"
    moving = [field for field in fields if field.step]
    first = next(iter(moving), fields[0])
    if all(first.centred_with(field) for field in moving):
        return ""
    centres = dict.fromkeys(f"{field.doubled_centre / 2:g}" for field in moving)
    where = f": their first units look at {' and '.join(centres)}" if len(centres) > 1 else ""
    return f"its branches are not centred alike{where}"
