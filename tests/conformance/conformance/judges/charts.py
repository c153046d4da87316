"""Charts: the values of every operator against what its chart accepts. Helm ignores a misspelt value; this does not."""

import importlib.metadata
import json

from ..cases import Object, unique
from ..finding import Finding
from ..skips import skips
from ..tools import HERE

NAME = "chart values"

# Schemas that the charts lack.
OWN = HERE / "charts"
# Where an engine's object names the chart, and where it holds the values.
ENGINES = {
    "HelmRelease": (("spec", "chart", "spec", "chart"), ("spec", "values")),
    "Application": (("spec", "source", "chart"), ("spec", "source", "helm", "valuesObject")),
}


def version():
    return importlib.metadata.version("jsonschema")


def judge(cases, context):
    import jsonschema

    findings, count, accepted = [], 0, set(skips(NAME))
    for one, chart, values in [*installed(unique(cases)), *bootstrapped(cases)]:
        count += 1
        schema = next((path for folder in (context.charts, OWN) if (path := folder / f"{chart}.json").exists()), None)
        if schema is None:
            findings.append(Finding(one.case.name, one.file, f"there is no schema for the chart {chart}"))
            continue
        for error in jsonschema.Draft202012Validator(json.loads(schema.read_text())).iter_errors(values or {}):
            place = ".".join(str(part) for part in error.absolute_path)
            if f"{chart}:{place}" not in accepted:
                line = one.line_of(f"{error.absolute_path[-1]}:") if error.absolute_path else 0
                findings.append(Finding(one.case.name, one.file, f"{chart}: {place or 'values'}: {error.message[:200]}", line))
    return count, findings


def installed(objects):
    """What the engine installs: the object, its chart and its values."""
    found = ((one, *(at(one.value, path) for path in ENGINES[one.kind])) for one in objects if one.kind in ENGINES)
    return [(one, chart, values) for one, chart, values in found if chart]


def bootstrapped(cases):
    """What is installed by command, before the engine: the engine itself."""
    files = {path.read_text(): (case, path) for case in cases for path in sorted(case.dir.glob("bootstrap/*/*-values.yaml"))}
    charts = {"argocd-values.yaml": "argo-cd"}
    objects = [Object(case, str(path.relative_to(case.dir)), text) for text, (case, path) in files.items()]
    return [(one, charts[one.file.rsplit("/", 1)[-1]], one.value) for one in objects]


def at(value, path):
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
