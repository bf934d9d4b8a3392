"""The package's face: a few names, found by Tab and help, that cost nothing until they are asked for."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys

import pytest

import convcli

NAMES = [
    "Border", "ConvcliError", "Explanation", "Explorer", "Kernel", "KernelStack", "Verification", "__version__",
    "convolve", "correlate", "explain", "explore", "kernel", "read", "sample", "to_pixels", "verify", "write",
]  # fmt: skip


def test_the_face_has_these_names_and_each_is_there() -> None:
    """`dir`, `from convcli import *` and attribute access agree; no other name is made up."""
    assert dir(convcli) == convcli.__all__ == NAMES
    space: dict[str, object] = {}
    exec("from convcli import *", space)
    assert {name for name in space if name != "__builtins__"} == set(NAMES)
    with pytest.raises(AttributeError, match="module 'convcli' has no attribute 'corelate'"):
        _ = convcli.corelate


def test_importing_it_imports_nothing() -> None:
    """None of our own rooms, no NumPy; the first name asked for brings what it needs, and no command line."""
    code = (
        "import sys; import convcli\n"
        "print(sorted(name for name in sys.modules if name.startswith(('convcli', 'numpy', 'PIL'))))\n"
        "convcli.correlate([[1, 2]], 'sobel-x'); convcli.explain([[1, 2]], 'sobel-x', at=(0, 0))\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('click', 'rich', 'PIL')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['convcli']", "[]"]


def test_help_tells_of_every_function() -> None:
    """Each has a signature with its keywords and a docstring with its errors."""
    page = pydoc.plain(pydoc.render_doc(convcli))
    for name in ("correlate", "to_pixels", "explain"):
        assert name in page
    for name in NAMES:
        thing = getattr(convcli, name)
        if inspect.isfunction(thing):
            assert "Raises:" in (thing.__doc__ or "") or name == "convolve", name
            assert not any(p.kind is p.VAR_KEYWORD for p in inspect.signature(thing).parameters.values()), name
    assert inspect.signature(convcli.convolve) == inspect.signature(convcli.correlate)
