"""Validated trees: examples in all engines and layouts, presets of `aksgen init`, and the matrix."""

import json
import re
import shutil
import subprocess
import tomllib

from . import cases, matrix, tools
from .context import both
from .finding import Finding

EXAMPLES = tools.HERE.parents[1] / "generated-examples"
MATRIX = tools.HERE / "matrix"
PRESETS = tools.HERE.parent / "cases" / "general" / "init"
# Outputs of render. All other files beside a spec are user files.
WRITTEN = {"aksgen.lock", "base", "bootstrap", "clusters", "docs", "environments", "overlays", "tests"}
CODE = re.compile(r"^error\[([a-z-]+)\]", re.MULTILINE)


def rendered(context):
    """Cases, number of correctly refused specs, and findings."""
    specs, findings = {}, []
    for example in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        for engine in ("flux", "argocd"):
            for layout in ("isolated", "base-overlays"):
                row = {"gitops.engine": engine, "gitops.layout": layout}
                specs[f"{example.name}-{engine}-{layout}"] = (example, row, None)
    for preset, begun in presets(context):
        specs |= {f"preset-{preset}-{engine}": (begun, {"gitops.engine": engine}, None) for engine in ("flux", "argocd")}
    rows, expected, missing = covering(context)
    specs |= {f"matrix-{number:02}": (MATRIX, row, None) for number, row in enumerate(rows)}
    specs |= {f"refused-{number:02}": (MATRIX, row, code) for number, (row, code) in enumerate(expected)}
    findings += [Finding("", "matrix/platform.toml", f"`{'.'.join(path)}` has no sample, so its absence is not tested") for path in missing]
    done = both(lambda name: one(context, name, *specs[name]), specs)
    findings += [problem for _, problem in done if problem]
    return [case for case, _ in done if case], sum(1 for name in specs if name.startswith("refused")), findings


def presets(context):
    """Platforms of `aksgen init` with default answers, by preset."""
    for preset in sorted(path.name for path in PRESETS.iterdir() if path.is_dir()):
        begun = context.work / "presets" / preset
        begun.mkdir(parents=True)
        command = [context.aksgen, "init", "-C", begun, "--yes", "--preset", preset, "--name", "shop"]
        subprocess.run(command, capture_output=True, text=True, check=True)
        yield preset, begun


def covering(context):
    schema = json.loads(subprocess.run([context.aksgen, "schema"], capture_output=True, text=True, check=True).stdout)
    base = tomllib.loads((MATRIX / "platform.toml").read_text())
    rules = matrix.Rules((MATRIX / "refused.toml").read_text())
    factors, missing = matrix.factors(schema, base)
    return matrix.covering(factors, rules), matrix.refusals(factors, rules), missing


def one(context, name, source, row, code):
    """Renders a spec with changed values. An expected refusal is neither a finding nor a case."""
    directory = context.work / "cases" / name
    shutil.copytree(source, directory, ignore=lambda folder, names: WRITTEN & set(names) if folder == str(source) else set())
    spec = matrix.spec(tomllib.loads((source / "platform.toml").read_text()), row)
    (directory / "platform.toml").write_text("\n".join(matrix.toml(spec)) + "\n")
    exit_code, output = cases.render(context.aksgen, context.crds, directory)
    case = cases.Case(name, directory, source != MATRIX)
    if code is None and exit_code == 0:
        return case, None
    codes = set(CODE.findall(output))
    if code is not None and exit_code == 2 and code in codes:
        return None, None
    wanted = f"aksgen must refuse it as {code}" if code else "aksgen refuses it"
    return None, Finding(name, "platform.toml", f"{wanted}, with {row}; exit {exit_code}, {', '.join(sorted(codes)) or 'no message'}\n{output[:1500]}")
