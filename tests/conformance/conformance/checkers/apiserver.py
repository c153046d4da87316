"""kube-apiserver: accepts every object strictly and without warnings, and each pod template as a Pod."""

import hashlib
import json

import yaml

from .. import tools
from ..context import gathered
from ..finding import Finding
from ..server import TOKEN, seeded, server

NAME = "kube-apiserver"
POD_MAKERS = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"}
GIVEN = {"default", "kube-system", "kube-public", "kube-node-lease"}


def version():
    return tools.KUBERNETES


def check(cases, context):
    seed = seeded(context)
    with server(context, seed) as (address, _):
        count, findings = dry_run(cases, context, address)
        findings += admission(cases, context, address)
    chosen = applied_once(cases)
    findings += gathered(lambda one: fresh(*one, seed, context), chosen)
    return count + sum(len(case.of(environment)) for case, environment in chosen), findings


def fresh(case, environment, seed, context):
    """Uses a separate server, so that environments do not share objects."""
    with server(context, seed) as (address, home):
        return apply_twice(case, environment, context, address, home / "namespaces")


def dry_run(cases, context, address):
    """Submits every object as a server-side dry run, in a namespace with the Pod Security labels of its tree."""
    namespaces, requests, places = {}, [], []
    seen = set()
    for case in cases:
        for environment in case.environments:
            labels = {one.value["metadata"]["name"]: one.value["metadata"].get("labels", {}) for one in case.of(environment) if one.kind == "Namespace"}
            for one in case.of(environment):
                own = one.value["metadata"].get("namespace", "")
                key = (one.text, json.dumps(labels.get(own, {}), sort_keys=True))
                if key in seen:
                    continue
                seen.add(key)
                target = stand_in(own, labels.get(own, {}), namespaces)
                requests.append({"id": str(len(places)), "file": str(case.dir / one.file), "namespace": target, "pod": one.kind in POD_MAKERS})
                places.append(one)
    answer = submit(context, address, "dry-run", requests, [{"name": name, "labels": labels} for name, labels in namespaces.items() if name not in GIVEN])
    return len(places), findings_of(answer, places)


def stand_in(name, labels, namespaces):
    """Namespace of that name, or another one if a different tree has other labels for it."""
    if not name:
        return ""
    if namespaces.setdefault(name, labels) == labels:
        return name
    other = f"{name[:50]}-{hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:8]}"
    namespaces.setdefault(other, labels)
    return other


def admission(cases, context, address):
    """Applies admission policies. They must admit allowed objects and deny the others."""
    findings = []
    for case in cases:
        for folder in sorted(case.dir.glob("tests/*/admission")):
            environment = folder.parent.name
            policies = [one for one in case.of(environment) if one.kind.startswith("ValidatingAdmissionPolicy")]
            submit(context, address, "apply", [{"id": one.file, "file": str(case.dir / one.file)} for one in policies])
            objects = [
                {"id": str(path.relative_to(case.dir)), "file": str(path), "namespace": "default", "expect": "denied" if path.stem.endswith("denied") else "admitted"}
                for path in sorted(folder.glob("*.yaml"))
            ]
            findings += [Finding(case.name, row["id"], row["message"]) for row in submit(context, address, "dry-run", objects)]
    return findings


def applied_once(cases):
    """Environments of the examples, without duplicates of equal object sets."""
    chosen = {}
    for case in (case for case in cases if case.example):
        for environment in case.environments:
            objects = case.of(environment)
            key = tuple(sorted({one.kind for one in objects})), tuple(sorted(one.text for one in objects if not one.file.startswith("clusters/")))
            chosen.setdefault(key, (case, environment))
    return list(chosen.values())


def apply_twice(case, environment, context, address, folder):
    """Applies an environment twice. The second time must not change an object."""
    objects = case.of(environment)
    known = {one.value["metadata"]["name"] for one in objects if one.kind == "Namespace"} | GIVEN
    needed = {one.value["metadata"]["namespace"] for one in objects if one.value["metadata"].get("namespace")} - known
    folder.mkdir()
    for name in sorted(needed):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
    requests = [{"id": "", "file": str(path)} for path in sorted(folder.iterdir())]
    requests += [{"id": str(number), "file": str(case.dir / one.file)} for number, one in enumerate(objects)]
    answer = submit(context, address, "apply", requests)
    return findings_of(answer, objects, case.name, f"{environment}: ")


def submit(context, address, mode, objects, namespaces=()):
    request = {"server": address, "token": TOKEN, "mode": mode, "namespaces": list(namespaces), "objects": objects}
    return context.call("apply", request)


def findings_of(answer, objects, case="", where=""):
    """Findings of an answer. Rows without a number are about namespaces outside the tree."""
    numbered = [(row, objects[int(row["id"])] if row["id"].isdigit() else None) for row in answer]
    return [finding(one, where + row["message"]) if one else Finding(case, row["id"], where + row["message"]) for row, one in numbered]


def finding(one, message):
    """Finding with a line. The line contains the last part of a field such as `.spec.replicas`."""
    words = [word.strip(".:,\"'`") for word in message.split() if "." in word.strip(".:,")]
    field = words[0].split(".")[-1].split("[")[0] if words else ""
    return Finding(one.case.name, one.file, message, one.line_of(f"{field}:") if field else 0, one.name)
