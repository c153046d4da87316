"""kube-apiserver: a real one with the real CRDs takes every object, strictly and without a warning; pods also as bare Pods."""

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


def judge(cases, context):
    seed = seeded(context)
    with server(context, seed) as (address, _):
        count, findings = tried(cases, context, address)
        findings += replayed(cases, context, address)
    chosen = applied_once(cases)
    findings += gathered(lambda one: fresh(*one, seed, context), chosen)
    return count + sum(len(case.of(environment)) for case, environment in chosen), findings


def fresh(case, environment, seed, context):
    """A server of its own for each: what one environment leaves behind, another may not find."""
    with server(context, seed) as (address, home):
        return really(case, environment, context, address, home / "namespaces")


def tried(cases, context, address):
    """Every object by server-side dry run, in a namespace with the Pod Security labels that it has in its own tree."""
    namespaces, asked, places = {}, [], []
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
                asked.append({"id": str(len(places)), "file": str(case.dir / one.file), "namespace": target, "pod": one.kind in POD_MAKERS})
                places.append(one)
    answer = ask(context, address, "dry-run", asked, [{"name": name, "labels": labels} for name, labels in namespaces.items() if name not in GIVEN])
    return len(places), said(answer, places)


def stand_in(name, labels, namespaces):
    """The namespace itself or, where another tree labels it otherwise, one beside it."""
    if not name:
        return ""
    if namespaces.setdefault(name, labels) == labels:
        return name
    other = f"{name[:50]}-{hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:8]}"
    namespaces.setdefault(other, labels)
    return other


def replayed(cases, context, address):
    """Admission policies, really applied, let their allowed objects pass and refuse their denied ones."""
    findings = []
    for case in cases:
        for folder in sorted(case.dir.glob("tests/*/admission")):
            environment = folder.parent.name
            policies = [one for one in case.of(environment) if one.kind.startswith("ValidatingAdmissionPolicy")]
            ask(context, address, "apply", [{"id": one.file, "file": str(case.dir / one.file)} for one in policies])
            objects = [
                {"id": str(path.relative_to(case.dir)), "file": str(path), "namespace": "default", "expect": "denied" if path.stem.endswith("denied") else "admitted"}
                for path in sorted(folder.glob("*.yaml"))
            ]
            findings += [Finding(case.name, row["id"], row["message"]) for row in ask(context, address, "dry-run", objects)]
    return findings


def applied_once(cases):
    """The environments of the examples; two trees that hold the same objects are applied once, wherever their files are."""
    chosen = {}
    for case in (case for case in cases if case.example):
        for environment in case.environments:
            objects = case.of(environment)
            key = tuple(sorted({one.kind for one in objects})), tuple(sorted(one.text for one in objects if not one.file.startswith("clusters/")))
            chosen.setdefault(key, (case, environment))
    return list(chosen.values())


def really(case, environment, context, address, folder):
    """Applies an environment for real, and once more: the second time nothing may change."""
    objects = case.of(environment)
    known = {one.value["metadata"]["name"] for one in objects if one.kind == "Namespace"} | GIVEN
    needed = {one.value["metadata"]["namespace"] for one in objects if one.value["metadata"].get("namespace")} - known
    folder.mkdir()
    for name in sorted(needed):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
    asked = [{"id": "", "file": str(path)} for path in sorted(folder.iterdir())]
    asked += [{"id": str(number), "file": str(case.dir / one.file)} for number, one in enumerate(objects)]
    answer = ask(context, address, "apply", asked)
    return said(answer, objects, case.name, f"{environment}: ")


def ask(context, address, mode, objects, namespaces=()):
    request = {"server": address, "token": TOKEN, "mode": mode, "namespaces": list(namespaces), "objects": objects}
    return context.ask("apply", request)


def said(answer, objects, case="", where=""):
    """The answer as findings. What has no number is about a namespace that no object of ours is."""
    numbered = [(row, objects[int(row["id"])] if row["id"].isdigit() else None) for row in answer]
    return [finding(one, where + row["message"]) if one else Finding(case, row["id"], where + row["message"]) for row, one in numbered]


def finding(one, message):
    """A message names a field such as `.spec.replicas`: the line with its last part is the nearest that can be said."""
    words = [word.strip(".:,\"'`") for word in message.split() if "." in word.strip(".:,")]
    field = words[0].split(".")[-1].split("[")[0] if words else ""
    return Finding(one.case.name, one.file, message, one.line_of(f"{field}:") if field else 0, one.name)
