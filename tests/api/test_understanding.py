"""explain and verify from Python: frozen values, whose text and numbers are the command's."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

import convcli
from convcli.report.printing.json_lines import json_line
from tests.command_line import convcli as command

PLANE = [[3, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8]]
TEXT = "; ".join(" ".join(map(str, row)) for row in PLANE)
CASES: list[tuple[str, tuple[int, int], list[str], dict[str, Any]]] = [
    ("0 1; 2 3", (0, 1), ["--size", "valid"], {"size": "valid"}),
    ("sobel-x", (0, 0), ["--border", "reflect"], {"border": "reflect"}),
    ("1/4 1/2; -1 2", (1, 1), ["--stride", "2x1", "--bias", "2.5"], {"stride": (2, 1), "bias": 2.5}),
    ("0 1 4; 2 3 -7", (2, 3), ["--convolve", "--padding", "1,0,2,1"], {"convolve": True, "padding": (1, 0, 2, 1)}),
    ("1 2 3", (0, 2), ["--dilation", "2", "--border", "constant:7"], {"dilation": 2, "border": "constant:7"}),
]


@pytest.mark.parametrize(("kernel", "at", "options", "keywords"), CASES)
def test_fields_and_text_are_the_commands(
    kernel: str, at: tuple[int, int], options: list[str], keywords: dict[str, Any]
) -> None:
    """The record of --json field by field, the text line by line."""
    place = ["--at", f"{at[0]},{at[1]}"]
    found = convcli.explain(PLANE, kernel, at=at, **keywords)
    assert command("explain", TEXT, "-k", kernel, *place, *options).text == f"{found}\n"
    record = command("explain", TEXT, "-k", kernel, *place, *options, "--json").records[0]
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found) if field.name[0] != "_"}
    fields["output"] = fields["output"]._asdict()
    fields = json.loads(json_line(fields))
    assert record.pop("command") == "explain"
    for steps in ("stride", "dilation"):
        record[steps] = record[steps] if isinstance(record[steps], list) else 2 * [record[steps]]
    assert fields == record


def test_the_value_is_the_one_that_correlate_gives() -> None:
    """At every place of a colour picture's green, and of its luma's mean by hand."""
    picture = np.random.default_rng(2).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    response = convcli.correlate(picture, "emboss")
    for at in np.ndindex(5, 6):
        assert convcli.explain(picture, "emboss", at=at, channel="green").value == response[(*at, 1)]
        assert convcli.explain(picture, "emboss", at=at, channel=2).value == response[(*at, 2)]
    grey = (
        19595 * picture[1, 2, 0].item() + 38470 * picture[1, 2, 1].item() + 7471 * picture[1, 2, 2].item() + 32768
    ) >> 16
    assert convcli.explain(picture, "identity", at=(1, 2), channel="gray").value == grey


def test_it_is_frozen_and_shows_itself() -> None:
    """repr is one line with the answer; a notebook shows the text."""
    found = convcli.explain(PLANE, "0 1; 2 3", at=(0, 1), size="valid")
    assert repr(found) == "Explanation(at=(0, 1), value=28: correlation, 2x2 kernel, border edge)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.value = 3  # type: ignore[misc]
    for array in (found.window, found.kernel, found.products, found.beyond, found.given_kernel):
        assert not array.flags.writeable
    shown: list[str] = []
    printer = type("Printer", (), {"text": lambda self, text: shown.append(text)})()
    found._repr_pretty_(printer, False)
    assert shown == [str(found)]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"at": (3, 0)}, "at: 3,0 is not allowed; the output is 3x4"),
    ({"at": (-1, 0)}, "at: -1,0 is not allowed"),
    ({"at": 3}, r"give \(row, column\), counted from 0"),
    ({"at": (1.5, 0)}, r"give \(row, column\)"),
    ({"at": (0, 0, 0)}, r"give \(row, column\)"),
    ({"kernel": "bank:kirsch"}, r"there are 8 \(kirsch-n, kirsch-nw, kirsch-w, \.\.\.\)"),
    ({"picture": np.zeros((3, 4, 3))}, "has 3 channels.* give red, green, blue, gray or a number: 0 to 2, as channel"),
    ({"picture": np.zeros((3, 4, 2))}, "give a number: 0 to 1, as channel"),
    ({"channel": "red"}, "channel: red is not allowed; give a number: 0"),
    ({"channel": 1}, "channel: 1 is not allowed"),
    ({"bias": [1, 2]}, "bias: "),
    ({"size": "sam"}, "did you mean same"),
    ({"kernel": "1 1 1 1 1", "size": "valid"}, "use a smaller kernel, more padding or size full"),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_what_cannot_be_explained_is_said(changes: dict[str, Any], words: str) -> None:
    """One message in Python's words."""
    given: dict[str, Any] = {"picture": PLANE, "kernel": "sobel-x", "at": (0, 0), **changes}
    with pytest.raises(convcli.ConvcliError, match=words):
        convcli.explain(given.pop("picture"), given.pop("kernel"), **given)


def test_verify_finds_what_the_command_finds() -> None:
    """Names, errors and tolerances of the record, and the verdict."""
    record = command("verify", TEXT, "-k", "1/3 2; -1 4", "--border", "wrap", "--json").records[0]
    found = convcli.verify(PLANE, "1/3 2; -1 4", border="wrap")
    assert found.holds is record["holds"] is True
    facts = [(c.name, c.statement, c.max_error, c.tolerance) for c in found.checks]
    assert facts == [(c["name"], c["statement"], c["max_error"], c["tolerance"]) for c in record["checks"]]
    assert repr(found) == f"Verification(holds=True, {len(facts)} laws)"
    assert str(found).splitlines()[0].startswith("flip                 holds: ")


def test_laws_are_chosen_by_name() -> None:
    """One, several, or none of that name; the second kernel is the one of associativity."""
    assert [c.name for c in convcli.verify(PLANE, "sobel-y", only="flip").checks] == ["flip"]
    chosen = convcli.verify(PLANE, "sobel-y", only={"adjoint", "flip"}, second="1 0 2")
    assert [c.name for c in chosen.checks] == ["flip", "adjoint"]
    for only in ("filp", 3, None, np.array(["flip"])):
        with pytest.raises(convcli.ConvcliError, match="flip"):
            convcli.verify(PLANE, "sobel-y", only=only)
    with pytest.raises(convcli.ConvcliError, match="NaN"):
        convcli.verify([[np.nan, 1.0]], "sobel-y")
