"""convcli: convolution made real, on real pictures.

Kernels by name, as text, as arrays; pictures as arrays, (H, W) or (H, W, C):

    correlate, convolve    a picture with one kernel or many, raw and exact
    to_pixels              a response as the pixels that the command writes
    kernel                 what a name, a bank, a text or a file stands for
    explain, verify        the arithmetic of one output; the laws, with error figures
    explore                a page to take hold of it all in; a notebook shows it
    sample, read, write    bundled photographs, files

What a caller can get wrong is a `ConvcliError`.  The names are resolved on first use, so that importing the package
(as every start of the command does) loads no NumPy.

>>> import convcli
>>> convcli.correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], "0 1; 2 3", size="valid").tolist()
[[19, 25], [37, 43]]
"""

__version__ = "0.1.0"

_HOMES = {
    "convcli.api.explaining": ("Explanation", "explain"),
    "convcli.api.exploring": ("Explorer", "explore"),
    "convcli.api.filtering": ("convolve", "correlate"),
    "convcli.api.kernels_named": ("kernel",),
    "convcli.api.picture_files": ("read", "sample", "write"),
    "convcli.api.pixels": ("to_pixels",),
    "convcli.api.verifying": ("Verification", "verify"),
    "convcli.core.border": ("Border",),
    "convcli.core.kernel.kernel": ("Kernel",),
    "convcli.core.kernel.stack": ("KernelStack",),
    "convcli.errors": ("ConvcliError",),
}
__all__ = sorted(["__version__", *(name for names in _HOMES.values() for name in names)])

TYPE_CHECKING = False  # importing `typing` for it would take longer than all of this
if TYPE_CHECKING:
    from convcli.api.explaining import Explanation as Explanation
    from convcli.api.explaining import explain as explain
    from convcli.api.exploring import Explorer as Explorer
    from convcli.api.exploring import explore as explore
    from convcli.api.filtering import convolve as convolve
    from convcli.api.filtering import correlate as correlate
    from convcli.api.kernels_named import kernel as kernel
    from convcli.api.picture_files import read as read
    from convcli.api.picture_files import sample as sample
    from convcli.api.picture_files import write as write
    from convcli.api.pixels import to_pixels as to_pixels
    from convcli.api.verifying import Verification as Verification
    from convcli.api.verifying import verify as verify
    from convcli.core.border import Border as Border
    from convcli.core.kernel.kernel import Kernel as Kernel
    from convcli.core.kernel.stack import KernelStack as KernelStack
    from convcli.errors import ConvcliError as ConvcliError
else:

    def __getattr__(name):
        # Not imported above: until the command has settled what a signal does, every import is a moment too many.
        from convcli.lazy import handing_out

        get, _ = handing_out(__name__, _HOMES)
        return get(name)

    def __dir__():
        return __all__
