"""A script made smaller is the same script."""

from __future__ import annotations

import pytest

from convcli.report.explorer.assembling import PAGE, SCRIPTS
from convcli.report.explorer.squeezing import squeezed

CASES = {
    "spaces around signs": ("a = b + c ;", "a=b+c;"),
    "words stay apart": ("return typeof x in y", "return typeof x in y"),
    "plus and plus stay apart": ("a + +b - -c - --d", "a+ +b- -c- --d"),
    "comments go": ("a; // x 'y\n/* b\n */ c", "a;\nc"),
    "lines stay": ("a\n\n  b\n", "a\nb\n"),
    "strings stay": ("""f("a  // b", 'c  \\' d')""", """f("a  // b",'c  \\' d')"""),
    "templates stay": ("g(`x  ${ h(`y  }`, {a: 1}) } z`, 1)", "g(`x  ${ h(`y  }`, {a: 1}) } z`,1)"),
    "expressions stay": ("x = /[/ ' ] \\/ +/g.test(y)", "x=/[/ ' ] \\/ +/g.test(y)"),
    "after return too": ("return / '/.test(y)", "return/ '/.test(y)"),
    "a division is none": ("a / b + ' / ' + c[0] / d", "a/b+' / '+c[0]/d"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_browser_reads_stays(case: str) -> None:
    given, smaller = CASES[case]
    assert squeezed(given) == smaller


def test_twice_is_once() -> None:
    """On every script of the page: nothing is left to take away, and nothing was misread that now reads otherwise."""
    for name in SCRIPTS:
        once = squeezed((PAGE / name).read_text(encoding="utf-8"))
        assert squeezed(once) == once, name
