"""Charts: validates the values of every operator against the schema of its chart."""

import importlib.metadata
import json

from ..cases import Object, unique
from ..finding import Finding
from ..skips import skips
from ..tools import HERE

NAME = "chart values"

# Schemas of charts without one.
OWN = HERE / "charts"
# Paths of the chart name and the values in the objects of an engine.
ENGINES = {
    "HelmRelease": (("spec", "chart", "spec", "chart"), ("spec", "values")),
    "Application": (("spec", "source", "chart"), ("spec", "source", "helm", "valuesObject")),
}


def version():
    return importlib.metadata.version("jsonschema")


def check(cases, context):
    import jsonschema

    findings, count, accepted = [], 0, set(skips(NAME))
    for one, chart, values in [*installed(unique(cases)), *bootstrapped(cases)]:
        count += 1
        schema = next((path for folder in (context.charts, OWN) if (path := folder / f"{chart}.json").exists()), None)
        if schema is None:
            findings.append(Finding(one.case.name, one.file, f"the chart {chart} has no schema"))
            continue
        for error in jsonschema.Draft202012Validator(json.loads(schema.read_text())).iter_errors(values or {}):
            place = ".".join(str(part) for part in error.absolute_path)
            if f"{chart}:{place}" not in accepted:
                line = one.line_of(f"{error.absolute_path[-1]}:") if error.absolute_path else 0
                findings.append(Finding(one.case.name, one.file, f"{chart}: {place or 'values'}: {error.message[:200]}", line))
    return count, findings


def installed(objects):
    """Charts that the engine installs: object, chart and values."""
    found = ((one, *(at(one.value, path) for path in ENGINES[one.kind])) for one in objects if one.kind in ENGINES)
    return [(one, chart, values) for one, chart, values in found if chart]


def bootstrapped(cases):
    """Charts that bootstrap commands install: the engine."""
    files = {path.read_text(): (case, path) for case in cases for path in sorted(case.dir.glob("bootstrap/*/*-values.yaml"))}
    charts = {"argocd-values.yaml": "argo-cd"}
    objects = [Object(case, str(path.relative_to(case.dir)), text) for text, (case, path) in files.items()]
    return [(one, charts[one.file.rsplit("/", 1)[-1]], one.value) for one in objects]


def at(value, path):
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
