"""Rehearsal: trees come up, change and go away on real controllers, with the results that their pages promise."""

import fnmatch
import json
import tomllib

from .. import rehearsal
from ..context import both
from ..finding import Finding
from ..tools import HERE, version as pinned

NAME = "rehearsal"

PROGRAMS = ("argocd", "etcd", "helm", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kustomize", "kustomize-controller", "kwok")
# Limit of one rehearsal in seconds.
SECONDS = 3600
KNOWN = HERE / "rehearsal" / "known.toml"


def version():
    flux = pinned("modules/kustomize-controller", "github.com/fluxcd/kustomize-controller")
    return f"flux {flux}, argo cd {pinned('modules/argocd', 'github.com/argoproj/argo-cd/v3')}"


def check(cases, context):
    """Plays all rehearsals of the cases. A finding that `known.toml` lists is expected, and must appear."""
    plays = [play for case in cases for play in rehearsal.plays(case, context)]
    # Two run at a time, so the longest start first.
    plays.sort(key=lambda play: -len(play.acts))
    answers = both(lambda play: performed(play, context), plays)
    found = [row for answer in answers for row in answer]
    times(plays, context)
    if all(case.name.startswith("planted-") for case in cases):
        return len(plays), [finding for _, finding in found]
    return len(plays), unexpected(found, {(play.case.name, act) for play in plays for act in play.acts})


def performed(play, context):
    """Findings of one rehearsal, each with its act."""
    work = context.work / "rehearsal" / play.name
    work.mkdir(parents=True)
    request = {
        "programs": {name: context.program(name) for name in PROGRAMS}, "definitions": str(context.crds), "data": str(HERE / "rehearsal"),
        "cache": str(context.cache), "work": str(work), "engine": play.engine, "environment": play.environment,
        "trees": {role: str(path) for role, path in play.trees.items()}, "acts": list(play.acts), "scripts": play.scripts, "fatal": play.fatal,
        "seconds": SECONDS,
    }
    try:
        answer = context.call("rehearse", request)
    except RuntimeError as failure:
        return [("rehearsal", Finding(play.case.name, "", f"{play.name}: {failure}"))]
    (work / "answer.json").write_text(json.dumps(answer))
    return [(row["act"], finding(play, row)) for row in answer["findings"]]


def finding(play, row):
    message = f"{play.environment}, {play.engine}, act {row['act']}: {row['message']}"
    file = next((one.file for one in play.case.of(play.environment) if one.name == row["object"]), "")
    return Finding(play.case.name, file, message, 0, row["object"])


def unexpected(found, played):
    """Findings that the list of known faults lacks, and listed faults that no longer appear."""
    known = tomllib.loads(KNOWN.read_text()).get("fault", [])
    seen, rest = set(), []
    for act, one in found:
        rows = [number for number, row in enumerate(known) if matches(row, act, one)]
        seen.update(rows)
        rest += [] if rows else [one]
    for number, row in enumerate(known):
        assert set(row) == {"case", "act", "object", "message", "reason"} and row["reason"].strip(), f"known.toml: {row}"
        if number not in seen and any(fnmatch.fnmatch(case, row["case"]) and row["act"] in (act, "azure") for case, act in played):
            rest.append(Finding("", "tests/conformance/rehearsal/known.toml", f"the fault no longer appears, remove it: {row['object']}: {row['message']}"))
    return rest


def matches(row, act, one):
    return (
        fnmatch.fnmatch(one.case, row["case"]) and fnmatch.fnmatch(act, row["act"]) and fnmatch.fnmatch(one.object, row["object"]) and row["message"] in one.message
    )


def times(plays, context):
    """Prints the seconds of each stage and act."""
    for play in plays:
        path = context.work / "rehearsal" / play.name / "answer.json"
        if path.exists():
            rows = json.loads(path.read_text())["durations"]
            print(f"{play.name}: " + ", ".join(f"{row['name']} {row['seconds']:.0f} s" for row in rows))
