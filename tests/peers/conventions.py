"""What other tools do, by `identify`'s own verdicts.

python -m tests.peers.conventions              every row against its documentation, as far as the tools are there
python -m tests.peers.conventions --table      the rows that README shows, as Markdown
python -m tests.peers.conventions --readme     whether README's rows, between its marks, are these
python -m tests.peers.conventions PyTorch      only what has this in its name
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from convcli.core.identify.verdict import Verdict
from tests.peers.asking_them import differences, is_there, verdict_of
from tests.peers.table import Peer, peers

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- conventions: python -m tests.peers.conventions --table -->", "<!-- /conventions -->"
COLUMNS = ("tool", "call", "the kernel is applied", "border", "fractions", "beyond the range")


def table() -> str:
    """The conventions of other tools, a row each."""
    shown = [peer for peer in peers() if peer.shown and is_there(peer)]
    head = [f"| {' | '.join(COLUMNS)} |", f"| {' | '.join('---' for _ in COLUMNS)} |"]
    return "\n".join([*head, *(line(peer, verdict_of(peer)) for peer in shown)])


def line(peer: Peer, verdict: Verdict) -> str:
    """One row."""
    cells = [peer.tool, f"`{peer.call}`", _way(peer, verdict), _border(verdict), _rounding(verdict), _overflow(verdict)]
    return f"| {' | '.join(cells)} |"


def _way(peer: Peer, verdict: Verdict) -> str:
    """How the kernel that was given is applied; nothing where none was."""
    if verdict.model is None or peer.meant is None:
        return ""
    weights, meant = np.asarray(verdict.model.weights, dtype=float), np.asarray(peer.meant, dtype=float)
    ways = {"as given": meant, "flipped": meant[::-1, ::-1], "upside down": meant[::-1], "mirrored": meant[:, ::-1]}
    for words, kernel in ways.items():
        factor = float((weights * kernel).sum() / (kernel**2).sum()) if weights.shape == kernel.shape else 0.0
        unsure = max(1e-3 * factor * kernel.max(), verdict.kernel_error)
        if factor and np.abs(weights - factor * kernel).max() < unsure:
            return words if abs(factor - 1) < 5e-3 else f"{words}, divided by its sum"
    return "another"


def _border(verdict: Verdict) -> str:
    return str(verdict.border.value or " or ".join(verdict.border_indistinguishable))


def _rounding(verdict: Verdict) -> str:
    if verdict.rounding.value:
        return f"rounded {verdict.rounding.value}"
    several = [str(way) for way in verdict.rounding.alternatives]
    if len(several) > 3:
        return "to nearest" if all(way.startswith("half") for way in several) else "nothing to round"
    if several:
        return f"rounded {' or '.join(several)}"
    return "kept" if verdict.model is None or verdict.model.rounding is None else "not told"


def _overflow(verdict: Verdict) -> str:
    return {"clamp": "clamped", "wrap": "wrapped round"}.get(str(verdict.overflow.value), "kept")


def readme_rows(text: str) -> list[str]:
    """The rows of README's table, between its marks; none where it has none."""
    lines = text.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    return lines[2:]


def _check_readme() -> int:
    """1 where a row of README is not what is found; rows of what is not installed are named."""
    rows = readme_rows(README.read_text(encoding="utf-8"))
    if not rows:
        print(f"{README.name} has no rows between {BEGIN} and {END}")
        return 1
    wrong = 0
    for row in rows:
        peer = next((peer for peer in peers() if row.startswith(f"| {peer.tool} | `{peer.call}` |")), None)
        state = "UNKNOWN" if peer is None else "absent " if not is_there(peer) else ""
        if peer is not None and not state:
            state = "agrees " if line(peer, verdict_of(peer)) == row else "DIFFERS"
        wrong += state in ("UNKNOWN", "DIFFERS")
        print(state, row)
    return int(wrong > 0)


def main() -> int:
    """Every row against its documentation; 1 where one differs."""
    if "--table" in sys.argv:
        print(table())
        return 0
    if "--readme" in sys.argv:
        return _check_readme()
    wrong = 0
    for peer in peers():
        if not all(word in f"{peer.tool} {peer.call}" for word in sys.argv[1:]):
            continue
        if not is_there(peer):
            print(f"absent  {peer.tool} {peer.call}")
            continue
        began = time.perf_counter()
        verdict = verdict_of(peer)
        lines = differences(peer, verdict)
        wrong += bool(lines)
        what = "" if verdict.identified else f" ({verdict.reason})"
        print(f"{'DIFFERS' if lines else 'agrees '} {peer.tool} {peer.call}{what} {time.perf_counter() - began:.1f} s")
        for line in lines:
            print(f"          {line}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
