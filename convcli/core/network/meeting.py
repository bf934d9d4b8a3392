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
    end_to_end = len(shape) == 1 and shape != flows[0].shape
    if (
        len({flow.grid for flow in flows if end_to_end or set(flow.grid) != {1}}) > 1
    ):  # rows of numbers from unlike maps
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
    moving = [field for field in fields if field.step]
    steps = dict.fromkeys(field.jump for field in moving)
    if len(steps) > 1:
        return f"its branches step by {' and '.join(map(str, steps))} pixels: no one stride and centre is true of it"
    whole = [field for field in moving if None not in field.spans]
    places = [whole[0].before(field) for field in whole[1:]]
    apart = max((0, *places)) - min((0, *places))
    return f"its branches' views are centred {apart} pixel{'' if apart == 1 else 's'} apart" if apart else ""
