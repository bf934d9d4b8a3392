"""How many taps of a sliding window fall on the input and not on its padding, in closed form."""

from __future__ import annotations


def connections_along(n: int, k: int, outputs: int, before: int, stride: int = 1, dilation: int = 1) -> int:
    """Pairs (output o, tap i) along one axis with 0 <= o*stride + i*dilation - before < n.

    Exact for numbers of any size: lattice points below a line, not a loop.

    >>> connections_along(5, 3, 5, 1)  # 2 + 3 + 3 + 3 + 2
    13
    """
    missed_before = points_below(before - 1, outputs, k, stride, dilation)
    # Turned round, the far padding is the near one: count from the last tap of the last output.
    last = (outputs - 1) * stride + (k - 1) * dilation
    missed_after = points_below(last - before - n, outputs, k, stride, dilation)
    return outputs * k - missed_before - missed_after


def points_below(limit: int, outputs: int, k: int, stride: int, dilation: int) -> int:
    """Pairs with 0 <= o < outputs, 0 <= i < k and o*stride + i*dilation <= limit."""
    if limit < 0:
        return 0
    taps = min(k, limit // dilation + 1)  # i below this reach at least o = 0
    spare = limit - (outputs - 1) * stride
    full = min(taps, spare // dilation + 1) if spare >= 0 else 0  # i below this reach every o
    rest = taps - full
    return full * outputs + rest + floor_sum(rest, stride, dilation, limit - (taps - 1) * dilation)


def floor_sum(n: int, m: int, a: int, b: int) -> int:
    """sum of floor((a*i + b) / m) for 0 <= i < n; a, b >= 0, m >= 1; in O(log m) steps.

    >>> floor_sum(4, 3, 2, 1) == sum((2 * i + 1) // 3 for i in range(4))
    True
    """
    total = 0
    while n:
        total += (a // m) * (n * (n - 1) // 2) + (b // m) * n
        a, b = a % m, b % m
        top = a * n + b
        n, b = divmod(top, m)
        a, m = m, a  # a = 0 makes the new n 0, and the loop ends
    return total


def taps_reaching(n: int, k: int, outputs: int, before: int, stride: int = 1, dilation: int = 1) -> int:
    """Taps along one axis that meet the input at least once, and not the padding only.

    >>> taps_reaching(1, 3, 1, 1)  # a window of 3 on one padded input: the middle tap
    1
    """
    reaching = 0
    for i in range(k):
        first = max(0, -((i * dilation - before) // stride))  # the first output for which the tap is not before 0
        reaching += first < outputs and first * stride + i * dilation - before < n
    return reaching
