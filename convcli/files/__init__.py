"""Files: every byte that comes in or goes out, whatever it means.

>>> from convcli.files import check_target, write_bytes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.files.bundled import sample_names as sample_names
    from convcli.files.folders import make_folders as make_folders
    from convcli.files.output import check_target as check_target
    from convcli.files.output import safe_output as safe_output
    from convcli.files.output import write_bytes as write_bytes
    from convcli.files.whole_file import read_whole as read_whole
    from convcli.files.whole_file import text_of as text_of

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.files.bundled": ("sample_names",),
        "convcli.files.folders": ("make_folders",),
        "convcli.files.output": ("check_target", "safe_output", "write_bytes"),
        "convcli.files.whole_file": ("read_whole", "text_of"),
    },
)
