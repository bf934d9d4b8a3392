"""One picture by rows: read, correlated, made into pixels and written band by band, never held whole."""

from __future__ import annotations

from dataclasses import replace

from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Task
from convcli.cli.commands.apply.hands import HERE, Hands
from convcli.cli.commands.apply.large import stand_in
from convcli.cli.commands.apply.outcome import Done
from convcli.cli.commands.apply.passage import Passage, Planned
from convcli.errors import ConvcliError
from convcli.images.large.by_rows import RowPicture
from convcli.report.apply.record import facts


def run_rows(
    rows: RowPicture, task: Task, options: ApplyOptions, jobs: int | None, *, alone: bool, hands: Hands | None = None
) -> Done:
    """Every output of one input.

    Args:
        alone: it is the one input there is, whose progress is shown.
        hands: who computes the rows; this process where None.

    Raises:
        NotByRowsError: one of them cannot be made by rows; nothing was written then.
    """
    picture = stand_in(rows, task.source)
    done = Done(task.source, facts(picture), notes=rows.notes)
    planned = [Passage(picture, rows, part, options, Planned(jobs)) for part in task.parts]
    try:
        for number, passage in enumerate(planned):
            made, notes = passage.run(hands or HERE, number, alone=alone and not options.quiet)
            done = replace(done, made=(*done.made, made), notes=(*done.notes, *notes))
    except ConvcliError as error:
        return replace(done, error=error)
    return done
