"""convcli: convolution made real, on real pictures.

The public names of the core are resolved on first use, so that importing the
package (as every start of the command does) loads no NumPy.

>>> import convcli
>>> convcli.correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]], size="valid").tolist()
[[19, 25], [37, 43]]
"""

__version__ = "0.1.0"

_HOMES = {
    "convcli.core.border": ("Border",),
    "convcli.core.correlation.correlate": ("convolve", "correlate"),
    "convcli.core.kernel.kernel": ("Kernel",),
    "convcli.errors": ("ConvcliError",),
    "convcli.kernels": ("kernel",),
}
__all__ = sorted(["__version__", *(name for names in _HOMES.values() for name in names)])

TYPE_CHECKING = False  # importing `typing` for it would take longer than all of this
if TYPE_CHECKING:
    from convcli.core.border import Border as Border
    from convcli.core.correlation.correlate import convolve as convolve
    from convcli.core.correlation.correlate import correlate as correlate
    from convcli.core.kernel.kernel import Kernel as Kernel
    from convcli.errors import ConvcliError as ConvcliError
    from convcli.kernels import kernel as kernel
else:

    def __getattr__(name):
        # Not imported above: until the command has settled what a signal does, every import is a moment too many.
        from convcli.lazy import handing_out

        get, _ = handing_out(__name__, _HOMES)
        return get(name)

    def __dir__():
        return __all__
