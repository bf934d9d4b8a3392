"""The records that `check --json` prints."""

from __future__ import annotations

from typing import Any

from convcli.core.checking.marking import Mark


def check_record(answer: str, exercise: str, mark: Mark, place: tuple[int, ...] | None) -> dict[str, Any]:
    """One answer; `at` is row and column, `map` the map or kernel of several, `figure` that of a layer's cost."""
    first = mark.diagnoses[0] if mark.diagnoses else None
    expected, given = mark.shapes
    return {
        "command": "check",
        "answer": answer,
        "exercise": exercise,
        "right": mark.right,
        "at": place[:2] if place else None,
        "map": place[2] if place and len(place) > 2 else None,
        "figure": mark.figure or None,
        "expected": mark.expected,
        "given": mark.given,
        "diagnosis": first.name if first else None,
        "says": first.words if first else None,
        "also": [other.name for other in mark.diagnoses[1:]],
        "outputs": mark.outputs,
        "outputs_right": mark.agreeing,
        "score": mark.score,
        "shape": {"expected": expected, "given": given},
    }


def unread_record(answer: str, exercise: str, error: str) -> dict[str, Any]:
    """An answer that could not be read."""
    return {"command": "check", "answer": answer, "exercise": exercise, "error": error}
