"""Charts: the values of every operator against what its chart accepts. Helm ignores a misspelt value; this does not."""

import importlib.metadata
import json

from ..cases import unique
from ..finding import Finding
from ..skips import skips

NAME = "chart values"

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
    for one in unique(cases):
        chart, values = (at(one.value, path) for path in ENGINES.get(one.kind, ((), ())))
        if one.kind not in ENGINES or not chart:
            continue
        count += 1
        schema = context.charts / f"{chart}.json"
        if not schema.exists():
            findings.append(Finding(one.case.name, one.file, f"there is no schema for the chart {chart}", object=one.name))
            continue
        for error in jsonschema.Draft202012Validator(json.loads(schema.read_text())).iter_errors(values or {}):
            place = ".".join(str(part) for part in error.absolute_path)
            if f"{chart}:{place}" not in accepted:
                line = one.line_of(f"{error.absolute_path[-1]}:") if error.absolute_path else 0
                findings.append(Finding(one.case.name, one.file, f"{chart}: {place or 'values'}: {error.message[:200]}", line, one.name))
    return count, findings


def at(value, path):
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
