"""Defects that are planted on purpose: a judge that lets its own pass is no judge."""

import shutil
import tomllib

from . import cases, tools
from .finding import Finding

FOLDER = tools.HERE / "planted"


def caught(judges, chosen, context):
    """Plants every defect in a copy of a tree that has none, and asks its judge about that copy alone."""
    findings, count, seen = [], 0, set()
    for path in sorted(FOLDER.glob("*/plant.toml")):
        plant = tomllib.loads(path.read_text())
        judge = next((judge for judge in judges if judge.NAME == plant["judge"]), None)
        seen.add(plant["judge"])
        if judge:
            count += 1
            findings += ask(judge, path.parent, plant, chosen, context)
    return count, findings + [Finding("", "planted", f"no defect is planted for {judge.NAME}") for judge in judges if judge.NAME not in seen]


def ask(judge, folder, plant, chosen, context):
    source = next(case for case in chosen if case.name == plant["case"])
    directory = context.work / "planted" / folder.name
    shutil.copytree(source.dir, directory)
    sow(directory, folder, plant)
    case = cases.Case(f"planted-{folder.name}", directory, source.example)
    _, found = judge.judge([case], context)
    if any(plant["says"] in finding.message for finding in found):
        return []
    heard = "; ".join(finding.message for finding in found[:3]) or "nothing"
    return [Finding("", f"planted/{folder.name}", f"{judge.NAME} does not see {plant['about']}: it says {heard}")]


def sow(directory, folder, plant):
    """Replaces texts that must be there, and adds files."""
    for change in plant.get("replace", []):
        path = directory / change["file"]
        text = path.read_text()
        assert change["old"] in text, f"{folder.name}: {change['file']} has no {change['old']!r}"
        path.write_text(text.replace(change["old"], change["new"], 1))
    for name in plant.get("add", []):
        target = directory / name["to"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name["file"], target)
