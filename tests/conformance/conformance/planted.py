"""Defects that are planted on purpose: a judge that lets its own pass is no judge."""

import dataclasses
import itertools
import shutil
import tomllib

from . import cases, tools
from .finding import Finding

FOLDER = tools.HERE / "planted"


def caught(judges, chosen, context):
    """Plants every defect in a copy of a tree that has none, and asks its judge about the copies alone."""
    plants = [(path.parent, tomllib.loads(path.read_text())) for path in sorted(FOLDER.glob("*/plant.toml"))]
    plants.sort(key=lambda plant: plant[1]["judge"])
    by_judge = {name: list(group) for name, group in itertools.groupby(plants, key=lambda plant: plant[1]["judge"])}
    findings = [Finding("", "planted", f"no defect is planted for {judge.NAME}") for judge in judges if judge.NAME not in by_judge]
    for judge in judges:
        findings += ask(judge, by_judge.get(judge.NAME, []), chosen, context)
    return sum(len(by_judge.get(judge.NAME, [])) for judge in judges), findings


def ask(judge, plants, chosen, context):
    work = context.work / "planted" / judge.NAME.replace(" ", "-")
    work.mkdir(parents=True)
    sown = [sow(work / folder.name, folder, plant, chosen) for folder, plant in plants]
    found = judge.judge(sown, dataclasses.replace(context, work=work))[1] if sown else []
    missed = []
    for (folder, plant), case in zip(plants, sown):
        heard = [finding.message for finding in found if finding.case in (case.name, "")]
        if not any(plant["says"] in message for message in heard):
            missed.append(Finding("", f"planted/{folder.name}", f"{judge.NAME} does not see {plant['about']}: it says {'; '.join(heard[:3]) or 'nothing'}"))
    return missed


def sow(directory, folder, plant, chosen):
    """A copy of a tree in which texts that must be there are replaced, and to which files are added."""
    source = next(case for case in chosen if case.name == plant["case"])
    shutil.copytree(source.dir, directory)
    for change in plant.get("replace", []):
        path = directory / change["file"]
        text = path.read_text()
        if change["old"] not in text:
            raise ValueError(f"planted/{folder.name}: {change['file']} has no {change['old']!r}")
        path.write_text(text.replace(change["old"], "".join(change["new"]), 1))
    for name in plant.get("add", []):
        target = directory / name["to"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name["file"], target)
    # It is no example any more: it is not applied for real.
    return cases.Case(f"planted-{folder.name}", directory, False)
