"""The records of `claims`: a row of the list, and a claim that was tried."""

from __future__ import annotations

from typing import Any

from convcli.core.claims.finding import Finding
from convcli.report.claims.claim import Claim


def claim_record(claim: Claim, shown: str) -> dict[str, Any]:
    """A row of the list; `shown` is its line of the shell, filled in."""
    return {
        "command": "claims",
        "number": claim.number,
        "name": claim.name,
        "sentence": claim.sentence,
        "shown": shown,
        "refuted": claim.refuted,
    }


def finding_record(
    claim: Claim, finding: Finding, shown: str, seconds: float, source: str, kernel: str
) -> dict[str, Any]:
    """A claim that was tried on a picture and a kernel."""
    record = claim_record(claim, shown) | {"holds": finding.holds, "figure": finding.figure, "seconds": seconds}
    tried_on = {"picture": source if claim.speaks_of in ("picture", "both") else None}
    tried_on["kernel"] = kernel if claim.speaks_of in ("kernel", "both") else None
    return record | tried_on | {"values": finding.values}
