"""What other tools do, by `identify`'s own verdicts.

python -m tests.peers.conventions              every row against its documentation, as far as the tools are there
python -m tests.peers.conventions --table      the rows that README shows, as Markdown
"""

from __future__ import annotations

import sys
import time

import numpy as np

from convcli.core.identify.verdict import Verdict
from tests.peers.asking_them import differences, is_there, verdict_of
from tests.peers.table import Peer, peers

COLUMNS = ("tool", "call", "the kernel is applied", "border", "fractions", "beyond the range")


def table() -> str:
    """The conventions of other tools, a row each."""
    shown = [peer for peer in peers() if peer.shown and is_there(peer)]
    head = [f"| {' | '.join(COLUMNS)} |", f"| {' | '.join('---' for _ in COLUMNS)} |"]
    return "\n".join([*head, *(_line(peer, verdict_of(peer)) for peer in shown)])


def _line(peer: Peer, verdict: Verdict) -> str:
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
        if factor and np.abs(weights - factor * kernel).max() < 1e-3 * factor * kernel.max():
            return words if abs(factor - 1) < 1e-3 else f"{words}, divided by its sum"
    return "another"


def _border(verdict: Verdict) -> str:
    return str(verdict.border.value or " or ".join(verdict.border_indistinguishable))


def _rounding(verdict: Verdict) -> str:
    if verdict.rounding.value:
        return f"rounded {verdict.rounding.value}"
    several = [str(way) for way in verdict.rounding.alternatives]
    if len(several) > 2:
        return "none here"
    return f"rounded {' or '.join(several)}" if several else "kept"


def _overflow(verdict: Verdict) -> str:
    return {"clamp": "clamped", "wrap": "wrapped round"}.get(str(verdict.overflow.value), "kept")


def main() -> int:
    """Every row against its documentation; 1 where one differs."""
    if "--table" in sys.argv:
        print(table())
        return 0
    wrong = 0
    for peer in peers():
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
