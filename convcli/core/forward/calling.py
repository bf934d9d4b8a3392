"""Carrying out: the code that belongs to an operator's row, called."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.operators import row_of
from convcli.errors import printable
from convcli.lazy import load


def carried_out(call: Call) -> tuple[Array, ...]:
    """What the operator gives; what NumPy refuses is the network's fault."""
    function = load(f"convcli.core.forward.{row_of(call.node.op).run}")
    try:
        with np.errstate(all="ignore"):
            out = function(call)
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise call.problem(f"it cannot be run on what comes in ({printable(str(error), 80)})") from error
    return out if isinstance(out, tuple) else (out,)
