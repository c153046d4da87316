"""Installs the checkers, renders the trees, runs every checker, plants every defect and prints a table."""

import argparse
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

from . import planted, tools, tree
from .context import Context
from .finding import Finding, sources
from .checkers import ALL

SHOWN = 50


def main():
    arguments = parsed()
    started = time.monotonic()
    aksgen = built()
    with tempfile.TemporaryDirectory(prefix="aksgen-conformance-") as work:
        crds = arguments.crds.resolve()
        context = Context(arguments.cache, aksgen, crds, arguments.charts, pathlib.Path(work), arguments.full)
        checkers = [checker for checker in ALL if checker.NAME in wanted(arguments)]
        chosen, refused, findings = tree.rendered(context)
        rows = [row("matrix", "", len(chosen) + refused, findings, started)]
        rows += [measured(checker.NAME, checker.version(), functools.partial(checker.check, chosen, context)) for checker in checkers]
        if not arguments.no_planted:
            rows += [measured("planted defects", "", functools.partial(planted.missed, checkers, chosen, context))]
        failed = report(rows, chosen, context)
    total = time.monotonic() - started
    print(f"total: {total:.0f} s")
    if arguments.json:
        arguments.json.write_text(json.dumps([as_json(one) for one in rows], indent=1) + "\n")
    sys.exit(1 if failed else 0)


def parsed():
    beside = tools.HERE.parents[1].parent / "shared"
    parser = argparse.ArgumentParser(prog="tests/conformance/run", description=__doc__)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--crds", type=pathlib.Path, default=os.environ.get("AKSGEN_CRDS") or beside / "crds", help="directory of CRDs")
    parser.add_argument("--charts", type=pathlib.Path, default=os.environ.get("AKSGEN_CHARTS") or beside / "charts", help="directory of chart schemas")
    parser.add_argument("--only", action="append", metavar="CHECKER", choices=[checker.NAME for checker in ALL], help="run only this checker; may be repeated")
    parser.add_argument("--no-planted", action="store_true", help="skip the planted defects")
    parser.add_argument("--full", action="store_true", help="rehearse every environment under both engines, and every act")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write the table to this file as JSON")
    arguments = parser.parse_args()
    for folder in (arguments.crds, arguments.charts):
        if not folder.is_dir():
            parser.error(f"there is no directory {folder}")
    return arguments


def wanted(arguments):
    """Names of the checkers to run. Rehearsals take long and run on request only."""
    all_names = [checker.NAME for checker in ALL if arguments.full or checker.NAME != "rehearsal"]
    return set(arguments.only or all_names)


def built():
    """Builds the release binary of aksgen and returns its path."""
    root = tools.HERE.parents[1]
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked"], cwd=root, check=True)
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", root / "target")).resolve() / "release" / "aksgen"


def row(name, version, count, findings, started):
    return {"checker": name, "version": version, "cases": count, "findings": findings, "seconds": time.monotonic() - started}


def measured(name, version, work):
    """Runs a checker and returns its row. An exception of the checker is a finding."""
    started = time.monotonic()
    try:
        count, findings = work()
    except Exception:  # noqa: BLE001 - the run must continue after any exception, and fail
        count, findings = 0, [Finding("", "", f"the checker failed: {traceback.format_exc()}")]
    print(f"{name}: {len(findings)} findings", file=sys.stderr, flush=True)
    return row(name, version, count, findings, started)


def report(rows, chosen, context):
    """Prints every finding with its sources, then the table."""
    by_name, failed = {case.name: case for case in chosen}, 0
    for one in rows:
        for finding in one["findings"][:SHOWN]:
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            print(f"{one['checker']}: {' '.join(filter(None, (finding.case, place, finding.object)))}\n    {finding.message}")
            for line in sources(context.aksgen, by_name.get(finding.case), finding):
                print(f"    source: {line}")
        if len(one["findings"]) > SHOWN:
            print(f"{one['checker']}: and {len(one['findings']) - SHOWN} more")
        failed += len(one["findings"])
    print(f"{'checker':<18}{'version':<22}{'cases':>8}{'findings':>10}{'seconds':>9}")
    for one in rows:
        print(f"{one['checker']:<18}{one['version']:<22}{one['cases']:>8}{len(one['findings']):>10}{one['seconds']:>9.1f}")
    return failed


def as_json(one):
    findings = [{"case": f.case, "file": f.file, "line": f.line, "object": f.object, "message": f.message} for f in one["findings"]]
    return {**one, "findings": findings, "seconds": round(one["seconds"], 1)}


main()
