"""kustomize: roots build reproducibly without messages, and contain exactly the objects of the lock."""

import collections
import hashlib
import subprocess

import yaml

from .. import tools
from ..cases import LOADER
from ..context import both
from ..finding import Finding


NAME = "kustomize"


def version():
    return tools.version("modules/kustomize", "sigs.k8s.io/kustomize/kustomize/v5")


def check(cases, context):
    binary, built, findings, count = context.program("kustomize"), {}, [], 0
    todo = {key_of(root): root for case in cases for environment in case.environments for root in roots(case, environment)}
    for key, result in zip(todo, both(lambda root: build(binary, root), todo.values())):
        built[key] = result
    for case in cases:
        for environment in case.environments:
            here = roots(case, environment)
            count += len(here)
            findings += complaints(case, here, built) + compare(case, environment, here, built)
    return count, findings


def roots(case, environment):
    found = [path.parent for home in ("environments", "overlays") for path in case.dir.glob(f"{home}/{environment}/**/kustomization.yaml")]
    return sorted(found) + [case.dir / "clusters" / environment]


def key_of(root):
    """Digest of a root. A root contains files below itself and possibly its base."""
    digest = hashlib.sha256()
    case = next(parent for parent in root.parents if (parent / "aksgen.lock").exists())
    around = sorted(root.rglob("*.yaml"))
    if b"../" in (root / "kustomization.yaml").read_bytes():
        around += sorted((case / "base").rglob("*.yaml"))
    for path in around:
        digest.update(f"{path.relative_to(case)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def build(binary, root):
    """Objects of a root, and its error."""
    command = [binary, "build", "--load-restrictor", "LoadRestrictionsRootOnly", str(root)]
    first, second = (subprocess.run(command, capture_output=True, check=False) for _ in range(2))
    complaint = (first.stderr or second.stderr).decode().strip()
    if first.returncode or second.returncode or complaint:
        return [], f"exit {first.returncode}: {complaint}"
    if first.stdout != second.stdout:
        return [], "two builds differ"
    return [name_of(one) for one in yaml.load_all(first.stdout, LOADER) if one is not None], ""


def name_of(value):
    metadata = value["metadata"]
    return value["apiVersion"], value["kind"], metadata.get("namespace", ""), metadata["name"]


def complaints(case, here, built):
    said = ((str((root / "kustomization.yaml").relative_to(case.dir)), built[key_of(root)][1]) for root in here)
    return [Finding(case.name, file, problem) for file, problem in said if problem]


def compare(case, environment, here, built):
    """Findings for objects that roots lack or that the lock lacks."""
    listed = {path: one for one in case.of(environment) for path in [one.file] if path in case.owned[environment] or path.startswith("base/")}
    expected = collections.Counter(name_of(one.value) for one in listed.values())
    found = collections.Counter(name for root in here for name in built[key_of(root)][0])
    place = {name_of(one.value): one.file for one in listed.values()}
    said = [(name, "no root builds it") for name in sorted(expected - found)]
    said += [(name, "a root builds it, but the lock lists it less often") for name in sorted(found - expected)]
    said += [(name, "two files contain it") for name, count in sorted(expected.items()) if count > 1]
    return [Finding(case.name, place.get(name, ""), f"{environment}: {problem}", object=" ".join(filter(None, name))) for name, problem in said]
