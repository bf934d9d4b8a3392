"""All claims, in the chapter's order."""

from __future__ import annotations

from convcli.core.claims.finding import Finding, Subject
from convcli.lazy import load
from convcli.registry import Registry
from convcli.report.claims.chapter import (
    chapter_correlation,
    chapter_equivariance,
    chapter_filters,
    chapter_flips,
    chapter_kernels,
    chapter_mathematics,
    chapter_shared,
    chapter_sparse,
    chapter_why,
)
from convcli.report.claims.claim import Claim

SECTIONS = (
    ("Why convolution", chapter_why.ROWS),
    ("Convolution in mathematics", chapter_mathematics.ROWS),
    ("Correlation", chapter_correlation.ROWS),
    ("Convolution and correlation", chapter_flips.ROWS),
    ("Sparse connections", chapter_sparse.ROWS),
    ("Shared parameters", chapter_shared.ROWS),
    ("Equivariance", chapter_equivariance.ROWS),
    ("Many kernels", chapter_kernels.ROWS),
    ("Kernels as filters", chapter_filters.ROWS),
)
CLAIMS = Registry("claim", (row for _, rows in SECTIONS for row in rows))


def try_claim(claim: Claim, subject: Subject) -> Finding:
    """Try one claim on a picture and a kernel."""
    finding: Finding = load(claim.check)(subject)
    return finding
