"""From the page's parts to one HTML text: template, styles, scripts and what the page is about.

The page fetches nothing, and nothing in it runs but its own script: the policy in its head names that script and that
style by their hashes.  What comes from outside - names of files, of kernels - is JSON in an element that no browser
runs, with every character escaped that could end it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from convcli.errors import printable
from convcli.report.explorer.squeezing import squeezed

PAGE = Path(__file__).parent / "page"
TEMPLATE = "template.html"
# One scope holds them all, in this order.
SCRIPTS = (
    "words.js",
    "numbers.js",
    "decoding.js",
    "geometry.js",
    "packed.js",
    "taps.js",
    "arithmetic.js",
    "facts.js",
    "display.js",
    "checking.js",
    "explaining.js",
    "equivariance_moves.js",
    "equivariance_layer.js",
    "equivariance_band.js",
    "equivariance_routes.js",
    "equivariance_causes.js",
    "equivariance_study.js",
    "state.js",
    "draw.js",
    "layout.js",
    "views.js",
    "overlays.js",
    "grids.js",
    "arithmetic_view.js",
    "pointing.js",
    "film.js",
    "workbench.js",
    "weight_text.js",
    "command_line.js",
    "link.js",
    "fields.js",
    "kernel_moves.js",
    "kernel_facts.js",
    "kernel_facts_shown.js",
    "kernel_hands.js",
    "kernel_grid.js",
    "kernel_tools.js",
    "kernel_menu.js",
    "controls.js",
    "controls_panel.js",
    "ladder.js",
    "share.js",
    "equivariance_hands.js",
    "equivariance_panel.js",
    "network_arithmetic.js",
    "network_fields.js",
    "network_columns.js",
    "network_unit.js",
    "network_verdict.js",
    "network_wires.js",
    "network_ink.js",
    "network_pad.js",
    "network.js",
    "network_panel.js",
    "page.js",
)
STYLES = ("style.css", "workbench.css", "controls.css", "equivariance.css", "network.css")
FOR_NETWORKS = "network"  # parts whose names begin so are in pages with a network alone
# What ends a script element, begins a comment in it, or ends a line of JavaScript though JSON allows it; and halves of
# surrogate pairs, the stray bytes of a file name, which UTF-8 cannot hold.
_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_COMMENT = re.compile(r"^[ ]*(?://[^\n]*|/\*.*?\*/[ ]*)\n", re.MULTILINE | re.DOTALL)  # on lines of its own
_BLANK = re.compile(r"\n\n+")
_ENDS = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)
TITLE = 60  # characters of a name


def assembled(data: Mapping[str, Any], name: str) -> str:
    """The page, whole.

    Args:
        data: what it is about; `page_data` makes it.
        name: of the picture, for the window's title.
    """
    script, style = page_parts(networks=data.get("network") is not None)
    filled = {
        "lang": {"zh": "zh-CN"}.get(data["lang"], data["lang"]),
        "title": html.escape(f"{printable(name, TITLE)} · convcli"),
        "csp": html.escape(policy(script, style)),
        "style": style,
        "script": script,
        "data": json_in_html(data),
    }
    return _PLACE.sub(lambda place: filled[place[1]], _part(TEMPLATE))


def page_parts(*, networks: bool) -> tuple[str, str]:
    """The script, all of it in one function so that none of its names is the window's; and the style.

    Comments, and what else only readers need, stay in the package: a page is to be small.

    Args:
        networks: with the parts that walk through a network.
    """
    scripts, styles = (
        [name for name in names if networks or not name.startswith(FOR_NETWORKS)] for names in (SCRIPTS, STYLES)
    )
    script = _joined(scripts, _squeezed_once)
    return f'(() => {{\n"use strict";\n{script}}})();\n', _joined(styles, _without_comments)


@lru_cache(maxsize=4)
def _squeezed_once(script: str) -> str:
    """All pages of a process have one of two scripts: squeezing takes longer than the rest of a small page."""
    return squeezed(script)


def policy(script: str, style: str) -> str:
    """What the page may do: run this script, show this style and pictures of its own, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def json_in_html(data: Mapping[str, Any]) -> str:
    r"""JSON that cannot leave the element it stands in.

    >>> json_in_html({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _without_comments(text: str) -> str:
    return _BLANK.sub("\n", _COMMENT.sub("", text))


def _joined(names: Sequence[str], smaller: Callable[[str], str]) -> str:
    text = smaller("".join(f"{_part(name).strip()}\n" for name in names))
    if found := _ENDS.search(text):
        raise ValueError(f"{found[0]} would end the page's own script or style: a fault of ours")
    return text


def _part(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")
