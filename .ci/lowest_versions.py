"""A tour of the installed command under the lowest supported versions: `lowest_versions.py CONVCLI FOLDER`."""

from __future__ import annotations

import pathlib
import subprocess
import sys

TOUR = [
    (["apply", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid"], "19 25\n37 43\n"),
    (["apply", "1 2 3", "-k", "0 1 0.5", "--convolve", "--size", "full", "--border", "zero"], "0 1 2.5 4 1.5\n"),
    (["apply", "sample:coffee", "-k", "gaussian:sigma=3", "-o", "soft.jpg", "--force"], ""),
    (["apply", "sample:camera", "-k", "bank:kirsch", "-o", "sheet.png", "--force"], ""),
    (["apply", "sample:chelsea", "-k", "sobel-x", "-o", "stack.npy", "--force"], ""),
    (["flip", "0 1; 2 3"], "3 2\n1 0\n"),
    (["verify", "sample:clock", "-k", "sobel-x", "-o", "verify.png", "--force", "-q"], None),
    (["explain", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid", "--at", "0,0"], None),
    (["kernels"], None),
    (["params", "1000x1000", "--kernel", "10x10", "--hidden", "1000000"], None),
    (["summary", "lenet-5"], None),
    (["matrix", "4x4", "-k", "0 1; 2 3"], None),
    (["equivariance", "sample:clock", "-k", "sobel-x", "--dx", "2", "--dy", "0", "-o", "panel.png", "-f"], None),
    (["learn", "sample:shapes", "sample:shapes", "--kernel-size", "3"], None),
]


def main(command: str, folder: str) -> None:
    """Run the tour in a folder; stop at the first surprise."""
    for arguments, expected in TOUR:
        done = subprocess.run([command, *arguments], cwd=pathlib.Path(folder), capture_output=True, text=True)
        if done.returncode or "Warning" in done.stderr or (expected is not None and done.stdout != expected):
            raise SystemExit(f"{arguments} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    print(f"{len(TOUR)} commands ran")


if __name__ == "__main__":
    main(*sys.argv[1:])
