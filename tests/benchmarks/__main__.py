"""`python -m tests.benchmarks core|cli|batch|memory|curves|regret`: tables on stdout, ratios first."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # as the tool itself does it, before NumPy is first imported


def main() -> None:
    """Run the chosen parts."""
    parts = ("core", "cli", "batch", "memory", "curves", "regret")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", choices=parts, help="what to measure (default: all but curves and regret)")
    parser.add_argument("--rounds", type=int, default=9, help="turns of every tool (default 9)")
    parser.add_argument("--quick", action="store_true", help="small pictures: does it work at all?")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="of core and regret, what has it in its name: 'gaussian'"
    )
    parser.add_argument("--markdown", type=Path, help="write the tables to this file as well")
    parser.add_argument("--plot", type=Path, default=Path("curves.png"), help="where curves are drawn")
    options = parser.parse_args()
    lines = _run(options, options.part or list(parts[:-2]))
    if options.markdown:
        options.markdown.write_text("\n".join(lines), encoding="utf-8")


def _run(options: argparse.Namespace, parts: list[str]) -> list[str]:
    from tests.benchmarks import commands, core, curves, regret
    from tests.benchmarks.contest import machine

    runs = {
        "core": lambda rounds, quick: core.run(rounds, quick, options.only),
        "cli": commands.run_cli,
        "batch": commands.run_batch,
        "memory": commands.run_memory,
        "curves": lambda rounds, quick: curves.run(rounds, quick, options.plot),
        "regret": lambda rounds, quick: regret.run(rounds, quick, options.only),
    }
    lines = [f"Medians of {options.rounds} alternating runs; {machine()}.", ""]
    print("\n".join(lines))
    for part in parts:
        table = runs[part](options.rounds, options.quick)
        print("\n".join(table), flush=True)
        lines += table
    return lines


if __name__ == "__main__":
    main()
