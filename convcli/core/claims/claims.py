"""All claims, in the chapter's order."""

from __future__ import annotations

from convcli.core.claims.chapter import (
    connections,
    correlation,
    filters,
    flips,
    mathematics,
    moving,
    reasons,
    seeing,
    shared,
)
from convcli.core.claims.claim import Claim, Finding, Subject
from convcli.lazy import load
from convcli.registry import Registry

SECTIONS = (
    ("Why convolution", reasons.ROWS),
    ("Convolution in mathematics", mathematics.ROWS),
    ("Correlation", correlation.ROWS),
    ("Convolution and correlation", flips.ROWS),
    ("Sparse connections", connections.ROWS),
    ("Shared parameters", shared.ROWS),
    ("Equivariance", moving.ROWS),
    ("Many kernels", seeing.ROWS),
    ("Kernels as filters", filters.ROWS),
)
CLAIMS = Registry("claim", (row for _, rows in SECTIONS for row in rows))


def try_claim(claim: Claim, subject: Subject) -> Finding:
    """Try one claim on a picture and a kernel."""
    finding: Finding = load(claim.check)(subject)
    return finding
