"""JSON lines: valid, exact and one a line, whatever they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.report.printing.json_lines import json_line


def _strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_what_json_has_not_becomes_null() -> None:
    """NaN and the infinities, bare and inside arrays of any float width, are null."""
    record = {"a": float("nan"), "b": [np.inf, -np.inf], "c": np.array([[np.nan, 2.5]], np.float32)}
    assert _strict(json_line(record)) == {"a": None, "b": [None, None], "c": [[None, 2.5]]}


def test_numpy_values_become_plain_ones() -> None:
    """Scalars, arrays and booleans of NumPy read back as Python's own."""
    record = {
        "i": np.int64(-7),
        "u": np.uint8(255),
        "f": np.float32(0.5),
        "b": np.bool_(True),
        "a": np.arange(6, dtype=np.uint16).reshape(2, 3),
        "long": np.longdouble(0.25),
        "zero": np.array(4),
    }
    want = {"i": -7, "u": 255, "f": 0.5, "b": True, "a": [[0, 1, 2], [3, 4, 5]], "long": 0.25, "zero": 4}
    assert _strict(json_line(record)) == want


def test_large_integers_are_exact() -> None:
    """Ten to the thirty stays a whole number."""
    assert json_line({"weights": 10**30 + 1}) == '{"weights": ' + "1" + "0" * 29 + "1}"


def test_floats_read_back_exactly() -> None:
    """The shortest repr of a double loses nothing."""
    values = [0.1, 1 / 3, 5e-324, -0.0]
    assert [v.hex() for v in json.loads(json_line({"v": values}))["v"]] == [v.hex() for v in values]


def test_a_record_is_one_line_even_if_its_text_is_not() -> None:
    """Newlines in a file name are escaped; umlauts and the like stay readable."""
    line = json_line({"path": "a\nb \u00fc \u2192.png"})
    assert len(line.splitlines()) == 1
    assert "ü →" in line
    assert _strict(line)["path"] == "a\nb ü →.png"


def test_stray_bytes_of_a_file_name_can_be_written_and_read_back() -> None:
    """A name that is no UTF-8 comes back as the same name."""
    name = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    line = json_line({"path": Path(name)})
    line.encode("utf-8")
    assert _strict(line)["path"] == name


def test_tuples_keys_and_none_keep_their_meaning() -> None:
    """Tuples are lists, keys are text, None is null."""
    assert json_line({"at": (1, 2), "by": {3: None}}) == '{"at": [1, 2], "by": {"3": null}}'


def test_a_value_without_a_place_in_json_is_a_fault_of_ours() -> None:
    """Complex numbers and bytes raise at once instead of printing something."""
    for value in (1j, b"x", np.array([1j])):
        with pytest.raises(TypeError, match="no place in JSON"):
            json_line({"v": value})
