"""`python -m tests.fuzz --examples 10000`: every target for a whole night, or for a minute."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS


def fuzz(target: Callable[[st.DataObject], bool], examples: int, start: int | None = None) -> tuple[int, int]:
    """Run a target on so many examples; how many were run and how many were taken.

    Args:
        start: the seed; None gives the same examples every time.
    """
    counts = [0, 0]

    @settings(
        max_examples=examples,
        derandomize=start is None,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        counts[0] += 1
        counts[1] += target(data)

    (run if start is None else seed(start)(run))()
    return counts[0], counts[1]


def main() -> None:
    """Fuzz what the command line asks for; the first fault ends the run with its example."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all when none is named")
    parser.add_argument("--examples", type=int, default=10_000, help="of each target")
    parser.add_argument("--seed", type=int, default=None, help="other examples than the usual ones")
    given = parser.parse_args()
    unknown = set(given.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no target is called {', '.join(sorted(unknown))}; choose from {', '.join(TARGETS)}")
    for name in given.targets or TARGETS:
        began = time.perf_counter()
        run, taken = fuzz(TARGETS[name], given.examples, given.seed)
        print(
            f"{name}: {run} examples, {taken} taken, {run - taken} refused, {time.perf_counter() - began:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
