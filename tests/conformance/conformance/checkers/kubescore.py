"""kube-score: hardening of workloads. It checks whole environments, because checks compare objects."""

import json
import subprocess

from .. import tools
from ..context import gathered
from ..finding import Finding
from ..skips import skips

NAME = "kube-score"

# Checks with a separate flag.
FLAGS = {"container-cpu-limit": ("--ignore-container-cpu-limit",)}


def version():
    return tools.version("modules/kube-score", "github.com/zegl/kube-score/cmd/kube-score")


def check(cases, context):
    binary = context.program("kube-score")
    ignored = [word for check in skips(NAME) for word in FLAGS.get(check, ("--ignore-test", check))]
    sets, count = {}, 0
    for case in cases:
        for environment in case.environments:
            objects = case.of(environment)
            sets.setdefault("".join(one.text for one in objects), (case, objects))
            count += len(objects)
    return count, gathered(lambda one: score([binary, "score", "--output-format", "json", *ignored], *one), sets.values())


def score(command, case, objects):
    """Findings of one environment. The answer contains object names, which identify the files."""
    done = subprocess.run([*command, *(str(case.dir / one.file) for one in objects)], capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout) or []
    except json.JSONDecodeError:
        return [Finding(case.name, "", done.stderr.strip() or done.stdout.strip())]
    found = []
    for row in answer:
        meta = row["object_meta"]
        key = (row["type_meta"]["kind"], meta.get("namespace", ""), meta["name"])
        file = next((one.file for one in objects if (one.kind, one.value["metadata"].get("namespace", ""), one.value["metadata"]["name"]) == key), "")
        for check in row["checks"]:
            if not check["skipped"] and check["grade"] < 10:
                comments = [f"{c['path']}: {c['summary']}".removeprefix(": ") for c in check["comments"] or [{"path": "", "summary": ""}]]
                found += [Finding(case.name, file, f"{check['check']['id']}: {text}", object="/".join(filter(None, key))) for text in comments]
    return found
