"""The records of `learn`: kernels found, and how a descent went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.arrays import Floats
from convcli.core.geometry import Pair
from convcli.core.learning.descent import Course
from convcli.core.learning.judged import Judged
from convcli.core.learning.result import Learned
from convcli.report.learn.text import milestones, undetermined


def learn_record(
    found: Sequence[Learned],
    words: Sequence[Judged],
    mode: str,
    sources: tuple[str, str],
    channels: str,
    anchor: Pair | None = None,
    course: Course | None = None,
    seed: int = 0,
    pairs: int | None = None,
) -> dict[str, Any]:
    """The record: one kernel by itself, several as lists; and how the descent went, where there was one.

    Args:
        words: what is said of each.
        sources: BEFORE and AFTER.
        anchor: of the kernel, where one was given.
        seed: of the descent.
        pairs: how many were learned from; None where there could be one alone.
    """
    records = [_record(one, its) for one, its in zip(found, words, strict=True)]
    merged: dict[str, Any] = records[0]
    if len(records) > 1:
        merged = {key: [record[key] for record in records] for key in records[0]}
        merged |= {key: all(merged[key]) for key in ("identifiable", "explained")}
    record = {"command": "learn", **merged, "anchor": anchor, "mode": mode}
    record |= {"before": sources[0], "after": sources[1], "channels": channels}
    record |= {} if pairs is None else {"pairs": pairs}
    return record | ({"descent": _course_record(course, seed)} if course else {})


def _record(found: Learned, its: Judged) -> dict[str, Any]:
    match = its.match
    return {
        "kernel": found.kernel,
        "bias": found.bias,
        "residual_rms": found.residual_rms,
        "residual_max": found.residual_max,
        "explained": its.explained,
        "rounding": its.allowed,
        "rank": found.rank,
        "unknowns": found.unknowns,
        "identifiable": found.identifiable,
        "condition": found.condition,
        "undetermined": undetermined(found),
        "pixels": found.pixels,
        "clamped": found.clamped,
        "not_finite": found.not_finite,
        "nearest": match
        and {"name": match.name, "factor": match.factor, "distance": match.distance, "same": match.same},
        "moves": its.move and {"down": its.move[0][0], "right": its.move[0][1], "factor": its.move[1]},
        "rounded": its.rounded,
        "larger_kernel": its.wider,
    }


def _course_record(course: Course, seed: int) -> dict[str, Any]:
    return {
        "steps": len(course.losses) - 1,
        "rate": course.rate,
        "limit": course.limit,
        "seed": seed,
        "settled": course.settled,
        "least_loss": course.least,
        "losses": [{"step": step, "loss": loss} for step, loss in milestones(course)],
    }


def kernel_file_record(weights: Floats, biases: Sequence[float], anchor: Pair | None = None) -> dict[str, Any]:
    """What a .json file of learned kernels holds, so that `-k @` reads it; one bias by itself, several as a list."""
    record = {"kernel": weights, "bias": biases[0] if len(biases) == 1 else list(biases)}
    return record if anchor is None else record | {"anchor": anchor}
