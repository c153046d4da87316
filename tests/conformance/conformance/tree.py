"""The trees that are judged: every example under both engines and in both layouts, what the wizard begins from every preset under both engines, and
the matrix over all switches of the spec."""

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
# What render writes; everything else beside a spec belongs to the person.
WRITTEN = {"aksgen.lock", "base", "bootstrap", "clusters", "docs", "environments", "overlays", "tests"}
CODE = re.compile(r"^error\[([a-z-]+)\]", re.MULTILINE)


def rendered(context):
    """The cases, the number of specs that were refused as they should be, and what is wrong."""
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
    findings += [Finding("", "matrix/platform.toml", f"it has no sample of `{'.'.join(path)}`, so leaving it out is not tried") for path in missing]
    done = both(lambda name: one(context, name, *specs[name]), specs)
    findings += [problem for _, problem in done if problem]
    return [case for case, _ in done if case], sum(1 for name in specs if name.startswith("refused")), findings


def presets(context):
    """What the wizard writes if nothing is answered, by the names of the presets: the cases that hold it to its files."""
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
    """Renders a spec with some values changed. A refusal that is expected is no finding, and gives no case."""
    directory = context.work / "cases" / name
    shutil.copytree(source, directory, ignore=lambda folder, names: WRITTEN & set(names) if folder == str(source) else set())
    spec = matrix.spec(tomllib.loads((source / "platform.toml").read_text()), row)
    (directory / "platform.toml").write_text("\n".join(matrix.toml(spec)) + "\n")
    exit_code, said = cases.render(context.aksgen, context.crds, directory)
    case = cases.Case(name, directory, source != MATRIX)
    if code is None and exit_code == 0:
        return case, None
    codes = set(CODE.findall(said))
    if code is not None and exit_code == 2 and code in codes:
        return None, None
    wanted = f"it should be refused as {code}" if code else "it is refused"
    return None, Finding(name, "platform.toml", f"{wanted}, with {row}; exit {exit_code}, {', '.join(sorted(codes)) or 'nothing said'}\n{said[:1500]}")
