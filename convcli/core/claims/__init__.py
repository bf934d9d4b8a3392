"""The claims of a textbook chapter on convolutional layers, each a row that says what it is and how it is checked.

`chapter` has the rows, a file a section; the other files check them, each by a route that shares no code with what
it checks.
"""

from convcli.core.claims.claims import CLAIMS

__all__ = ["CLAIMS"]
