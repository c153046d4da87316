"""Rehearsals of a run: the case, the environment, the acts, and the trees that the acts commit."""

import copy
import dataclasses
import functools
import pathlib
import re
import shutil
import tarfile
import tomllib

from . import cases, matrix, tools

DATA = tools.HERE / "rehearsal"
GUIDE = tools.HERE.parents[1] / "docs" / "guide" / "day-two.md"
# Outputs of render.
WRITTEN = {"aksgen.lock", "base", "bootstrap", "clusters", "docs", "environments", "overlays", "tests"}
# Acts of a case without a play of its own.
PROVISIONING = ("provisioning",)


@dataclasses.dataclass(frozen=True)
class Play:
    """One rehearsal."""

    name: str
    case: cases.Case
    environment: str
    engine: str
    acts: tuple
    trees: dict
    # Commands that precede the commit of a tree, by role.
    scripts: dict = dataclasses.field(default_factory=dict)
    # Message that ends a wait at once, because no valid tree shows it.
    fatal: str = ""


@functools.cache
def table():
    return tomllib.loads((DATA / "plays.toml").read_text())


def plays(case, context):
    """Rehearsals of a case: its plays, and the first provisioning of the environments without one."""
    if case.name.startswith("planted-"):
        return [planted(case)]
    if not (case.name.startswith("preset-") or case.name.endswith("-isolated")):
        return []
    length = "acts" if context.full else "short"
    own = [(number, row) for number, row in enumerate(table()["play"]) if row["case"] == case.name and row.get(length)]
    found = [acted(case, row, number, row[length], context) for number, row in own]
    if context.full:
        covered = {play.environment for play in found if play.trees["first"] == case.dir}
        return found + [first(case, name) for name in case.environments if name not in covered]
    return found + ([first(case, default(case))] if case.name in table()["short"] else [])


def first(case, environment):
    return Play(f"{case.name}-{environment}", case, environment, engine(case, environment), PROVISIONING, {"first": case.dir})


def default(case):
    """Environment of a short run: the most demanding one."""
    return "production" if "production" in case.environments else case.environments[0]


def engine(case, environment):
    return "argocd" if (case.dir / "bootstrap" / environment / "argocd-values.yaml").exists() else "flux"


def planted(case):
    """Rehearsal of a planted defect. Its file names the environment and the acts. An upgrade starts without the defect."""
    plant = tomllib.loads((tools.HERE / "planted" / case.name.removeprefix("planted-") / "plant.toml").read_text())
    environment, acts = plant.get("environment", default(case)), tuple(plant.get("acts", PROVISIONING))
    trees = {"first": case.origin, "today": case.dir} if "upgrade" in acts else {"first": case.dir}
    fatal = plant["message"] if plant.get("at_once") else ""
    return Play(case.name, case, environment, engine(case, environment), acts, trees, fatal=fatal)


def acted(case, row, number, acts, context):
    """Rehearsal with several acts, with all trees that the acts commit."""
    name = f"{case.name}-{row['environment']}-{number}"
    trees = {"first": case.dir, "today": case.dir}
    if "before" in row:
        trees["first"] = unpacked(row["before"], context.work / "rehearsal-trees" / name / "before")
    for tree in row.get("tree", []):
        trees[tree["role"]] = changed(case, tree, context, context.work / "rehearsal-trees" / name / tree["role"])
    scripts = {"autoscaled": handover(**row["handover"])} if "handover" in row else {}
    return Play(name, case, row["environment"], engine(case, row["environment"]), tuple(acts), trees, scripts)


def handover(namespace, service):
    """Commands of the guide that precede autoscaling, for a service."""
    section = GUIDE.read_text().split("### Turn autoscaling on", 1)[1]
    script = re.search(r"```sh\n(.*?)```", section, re.DOTALL).group(1)
    names, commands = script.split("\n", 1)
    assert names == "namespace=ecommerce service=user-service", f"{GUIDE}: {names}"
    return f"namespace={namespace} service={service}\n{commands}"


def unpacked(archive, directory):
    """Tree of an older version."""
    directory.mkdir(parents=True)
    with tarfile.open(DATA / "upgrade" / archive) as file:
        file.extractall(directory, filter="data")
    return next(directory.iterdir())


def changed(case, tree, context, directory):
    """Copy of a tree, rendered from a changed spec, or with replaced texts."""
    if "spec" not in tree:
        shutil.copytree(case.dir, directory)
    else:
        shutil.copytree(case.dir, directory, ignore=lambda folder, names: WRITTEN & set(names) if folder == str(case.dir) else set())
        spec = merged(tomllib.loads((case.dir / "platform.toml").read_text()), tomllib.loads(tree["spec"]))
        (directory / "platform.toml").write_text("\n".join(matrix.toml(spec)) + "\n")
        code, output = cases.render(context.aksgen, context.crds, directory)
        if code:
            raise ValueError(f"plays.toml: aksgen refuses the tree {tree['role']} of {case.name}: {output[:1500]}")
    for change in tree.get("replace", []):
        replaced(directory / change["file"], change)
    return directory


def replaced(path: pathlib.Path, change):
    text = path.read_text()
    if change["old"] not in text:
        raise ValueError(f"plays.toml: {change['file']} has no {change['old']!r}")
    path.write_text(text.replace(change["old"], change["new"]))


def merged(base, change):
    """Base table with the values of a change. A value of false removes a table."""
    out = copy.deepcopy(base)
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merged(out[key], value)
        else:
            out[key] = value
    return out
