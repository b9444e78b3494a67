"""Shows that TensorBoard reads the event files of a run folder.

    python benchmarks/peers/check_tensorboard.py runs/quickstart

Prints each series with its number of points, first and last step and last value; fails if there
is no series.
"""

import argparse
import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def event_folders(folder):
    files = folder.rglob("*tfevents*")
    return sorted({file.parent for file in files if file.is_file()})


def describe(folder, root):
    # 0 keeps every point; the default keeps a sample.
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    for tag in events.Tags()["scalars"]:
        points = events.Scalars(tag)
        yield {
            "run": str(folder.relative_to(root)),
            "tag": tag,
            "points": len(points),
            "first_step": points[0].step,
            "last_step": points[-1].step,
            "last_value": points[-1].value,
        }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--json", help="a file for the same in JSON")
    options = parser.parse_args()
    folders = event_folders(options.run)
    if not folders:
        sys.exit(f"There is no event file (*tfevents*) under {options.run}.")
    series = [one for folder in folders for one in describe(folder, options.run)]
    for one in series:
        print(
            f"{one['run']:20} {one['tag']:40} {one['points']:6} points, steps"
            f" {one['first_step']} to {one['last_step']}, last {one['last_value']:.6g}"
        )
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(series, indent=2), encoding="utf-8")
    if not series:
        sys.exit(f"The event files under {options.run} hold no scalars.")


if __name__ == "__main__":
    main()
