"""What is refused before work begins on a cluster, and what may go to another process and come back."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from convcli import errors
from convcli.cli.cluster.address import Address
from convcli.cli.cluster.checking import Places, check_versions, unseen, versions
from convcli.cli.cluster.connecting import Cluster
from convcli.cli.cluster.paths import given_again, reworded
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.on_worker import Job, Shared, run_again, run_task
from convcli.cli.commands.apply.outcome import Done, Made
from convcli.cli.commands.apply.pipeline import Result, Settings
from convcli.cli.commands.apply.stripe_tasks import FINISHED_STRIPES, with_note
from convcli.core.correlation.sinks import RangeSink
from convcli.core.kernel.stack import KernelStack
from convcli.images.codec import MAX_PIXELS
from convcli.report.apply.record import Facts
from tests.command_line import convcli


def kinds(top: type[errors.ConvcliError]) -> list[type[errors.ConvcliError]]:
    return [top, *(kind for below in top.__subclasses__() for kind in kinds(below))]


@pytest.mark.parametrize("kind", kinds(errors.ConvcliError), ids=lambda kind: kind.__name__)
def test_every_error_is_the_same_in_another_process(kind: type[errors.ConvcliError]) -> None:
    """Kind, words, exit code and what it knows besides, whatever its constructor takes."""
    error = kind.__new__(kind)
    Exception.__init__(error, "a: ", "b")
    error.words, error.path = ("a: ", errors.Setting("force"), " b"), "p"  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), vars(again), again.exit_code) == (kind, vars(error), error.exit_code)
    assert str(again) == "a: force b"


def test_paths_come_back_as_they_were_given() -> None:
    """In messages, too, where what cannot be printed is escaped; the parameters of a message stay."""
    here = given_again([("/w/in/\x07.png", "in/\x07.png"), ("/w/out/", "out/")])
    error = reworded(errors.InputError("/w/in/\x07.png", "not ", errors.Setting("force"), " /w/out/b"), here)
    assert (str(error), error.path) == ("in/\\x07.png: not force out/b", "/w/in/\x07.png")
    assert isinstance(error, errors.InputError)


class Client:
    """A client whose workers answer with these versions."""

    def __init__(self, **found: Any) -> None:
        self.found = found

    def run(self, function: Callable[..., Any], *arguments: str, on_error: str) -> dict[str, Any]:
        name = arguments[0] if arguments else "Python"
        return {"tcp://one:1": function(*arguments), "tcp://two:2": self.found.get(name, function(*arguments))}


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        (
            "numpy",
            "1.0",
            f"has numpy 1.0, and here it is {metadata.version('numpy')}; they must be the same",
        ),
        ("convcli", metadata.PackageNotFoundError("convcli"), "has no convcli; install convcli"),
        ("Python", ("2", "7", "1"), f"has Python 2.7, and here it is {versions().python}; they must be the same"),
    ],
)
def test_workers_of_other_versions_are_refused(name: str, found: object, words: str) -> None:
    """The worker, what it has, what it should have; nothing of ours is needed to ask."""
    with pytest.raises(errors.ClusterError) as refused:
        check_versions(Cluster(Address("tcp://s:1"), Client(**{name: found}), 2))
    assert str(refused.value).startswith("tcp://s:1: the worker tcp://two:2 has ")
    assert words in str(refused.value)
    check_versions(Cluster(Address("tcp://s:1"), Client(), 2))


def test_what_stripes_are_made_with_is_asked_of_workers_too() -> None:
    """A compressor of another version may make other bytes."""
    with pytest.raises(errors.ClusterError, match=r"two:2 has numcodecs 0\.1, and here it is"):
        check_versions(Cluster(Address("tcp://s:1"), Client(numcodecs="0.1"), 2), ("zarr", "numcodecs"))


def test_when_the_cluster_is_gone_amid_a_picture_its_stripes_are_gone_on_with() -> None:
    """Of a batch, files are whole; of one picture, stripes."""
    cluster = Cluster(Address("tcp://s:1"), Client(), 2)
    assert str(cluster.gone()).endswith("is lost; what is finished is whole: skip_existing leaves it alone")
    amid = replace(cluster, finished=FINISHED_STRIPES)
    assert str(amid.gone()).endswith("is lost; what is finished of it is kept: resume goes on with it")


def test_of_a_large_picture_that_one_worker_had_it_is_said_how_several_share_it() -> None:
    """By its samples, and where it failed or is small not at all."""
    options = job_options()
    for facts, words in (
        (Facts("a", 30_000, 3_000, 3, "uint8"), ("one worker did all of it; an output that ends in .zarr is shared",)),
        (Facts("a", 30_000, 2_900, 3, "uint8"), ()),
        (Facts("a", 9_000, 10_000, 1, "bool"), ("one worker did all of it; an output that ends in .zarr is shared",)),
    ):
        done = Done("a", facts)
        assert with_note(done, options).notes == words
        assert with_note(replace(done, error=errors.InputError("a", "b")), options).notes == ()


def test_of_an_output_in_stripes_that_one_worker_made_it_is_said_why() -> None:
    """Not that it is shared: its input has alpha, or cannot be read by rows."""
    facts, part = Facts("a", 30_000, 3_000, 3, "uint8"), Part(Settings(KernelStack.of([[1.0, -2.0]])), "b.zarr", None)
    done = Done("a", facts, made=(Made(part, cast(Result, None), facts, "zarr"),))
    (note,) = with_note(done, job_options()).notes
    assert note.startswith("one worker did all of it; shared is what is read by rows, without alpha, --missing, or")


def test_ranges_of_parts_are_joined_as_they_come_from_elsewhere() -> None:
    """Of each map: the least, the largest, and how many are no numbers."""
    parts = []
    for first in (0.0, 10.0):
        sink = RangeSink()
        for number in range(3):
            sink.take(slice(number, number + 1), np.array([[[[first + number], [-first]], [[np.nan], [number]]]]))
        parts.append(pickle.loads(pickle.dumps(sink)))
    whole = RangeSink.joined(parts)
    assert (whole.low.tolist(), whole.high.tolist(), whole.not_finite) == ([[0.0], [-10.0]], [[12.0], [2.0]], 6)


def test_a_worker_says_what_it_does_not_see(tmp_path: Path) -> None:
    """A probe that is not there or has other words, an input that is not there or of another size."""
    (tmp_path / "probe").write_text("token")
    probe = str(tmp_path / "probe")
    assert unseen(Places(((probe, "token"),), ((probe, 5),))) == ""
    assert unseen(Places(((probe, "other"),), ())) == f"does not see {tmp_path}, where results go"
    assert unseen(Places(((f"{probe}2", "token"),), ())) == f"does not see {tmp_path}, where results go"
    assert unseen(Places((), ((probe, 6),))) == f"sees another file under {probe}"
    assert unseen(Places((), ((f"{probe}2", 6),))) == f"does not see {probe}2"


def job_options(**options: Any) -> ApplyOptions:
    values: dict[str, Any] = {
        name: None for owner in ApplyOptions.__mro__[:-1] for name in getattr(owner, "__annotations__", ())
    }
    values |= {"layout": "hwc", "max_pixels": MAX_PIXELS, "allow_truncated": False, "force": False, "strip": False}
    return ApplyOptions(**values | options)


def job_and_task(folder: Path, **options: Any) -> tuple[Job, bytes, Path]:
    np.save(folder / "a.npy", np.arange(12.0).reshape(3, 4))
    target = folder / "b.npy"
    settings = Settings(KernelStack.of([[1.0, -2.0]]))
    task = Task(str(folder / "a.npy"), (Part(settings, str(target), "npy"),))
    shared = Shared.by([task])
    return Job(versions(), "en", job_options(**options), shared), shared.packed(task), target


def test_what_goes_to_workers_names_the_settings_and_does_not_hold_them(tmp_path: Path) -> None:
    """A task and its outcome are small, however large the kernels; what comes back has the settings that were sent."""
    job, task, target = job_and_task(tmp_path)
    outcome = run_task(pickle.loads(pickle.dumps(job)), task)
    done = job.shared.unpacked(outcome)
    assert done.error is None
    assert done.made[0].part.settings is job.shared.values[0]
    assert b"KernelStack" not in task + outcome
    # -2 * the right neighbour, of which the window's own is the second: anchor 1
    np.testing.assert_array_equal(np.load(target)[0], [-0.0, -2.0, -3.0, -4.0])


def test_a_task_that_is_run_again_takes_its_own_file_and_nobody_elses(tmp_path: Path) -> None:
    """The worker that was lost may have finished the file; a file with other bytes is somebody's."""
    job, task, target = job_and_task(tmp_path)
    run_task(job, task)
    whole = target.read_bytes()
    assert isinstance(job.shared.unpacked(run_task(job, task)).error, errors.OutputExistsError)
    assert job.shared.unpacked(run_again(job, task)).error is None
    assert target.read_bytes() == whole
    target.write_bytes(b"somebody's")
    assert isinstance(job.shared.unpacked(run_again(job, task)).error, errors.OutputExistsError)
    assert target.read_bytes() == b"somebody's"


def test_a_worker_that_came_later_with_other_versions_does_nothing(tmp_path: Path) -> None:
    """Every task knows the versions that it was sent from."""
    job, task, target = job_and_task(tmp_path)
    with pytest.raises(errors.ClusterError, match="a worker that came later: it has numpy"):
        run_task(job._replace(versions=versions()._replace(numpy="0.1")), task)
    assert not target.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-", "-o", "a.png"), "stdin can be read on this machine alone"),
        (("sample:clock", "-o", "-"), "give -o a file or a folder"),
        (("sample:clock", "-o", "a.png", "--preview"), "--preview do not go together"),
        (("sample:clock", "/dev/null", "-o", "out/"), "/dev/null can be read on this machine alone"),
    ],
)
def test_what_workers_cannot_see_is_refused_by_name(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """stdin, devices, results on stdout, previews."""
    convcli("apply", *arguments, "-k", "box", "--cluster", "local", cwd=tmp_path).refused(2, words)


@pytest.mark.parametrize(
    "address", ["", "localhost:8786", "http://a:1", "tcp://a", "tcp://a:99999", "local:0", "local:x"]
)
def test_an_address_is_a_scheduler_or_local(address: str) -> None:
    """What it is not, is said before anything is read."""
    convcli("apply", "none.png", "-k", "box", "-o", "a.png", "--cluster", address).refused(2, "--cluster", "local")


def test_without_the_extra_the_message_names_it(tmp_path: Path) -> None:
    """And without --cluster nothing of Dask is imported."""
    code = (
        "import sys; sys.modules['distributed'] = sys.modules['dask'] = None; from convcli.cli.app import run;"
        "line = ['apply', 'sample:clock', '-k', 'box', '-qf', '-o', sys.argv[1]];"
        "print(run(line), run([*line, '--cluster', 'local']))"
    )
    line = [sys.executable, "-c", code, str(tmp_path / "a.png")]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout == "0 3\n"
    assert done.stderr == "Error: local: a cluster needs the extra 'cluster': pip install 'convcli[cluster]'\n"
