"""Planted defects: each checker must report its own."""

import dataclasses
import itertools
import shutil
import tomllib

from . import cases, tools
from .finding import Finding

FOLDER = tools.HERE / "planted"


def missed(checkers, chosen, context):
    """Plants every defect in a copy of a valid tree, and runs its checker on the copies. Those with `full` need a full run."""
    plants = [(path.parent, tomllib.loads(path.read_text())) for path in sorted(FOLDER.glob("*/plant.toml"))]
    plants = [plant for plant in plants if context.full or not plant[1].get("full")]
    plants.sort(key=lambda plant: plant[1]["checker"])
    by_checker = {name: list(group) for name, group in itertools.groupby(plants, key=lambda plant: plant[1]["checker"])}
    findings = [Finding("", "planted", f"{checker.NAME} has no planted defect") for checker in checkers if checker.NAME not in by_checker]
    for checker in checkers:
        findings += missed_by(checker, by_checker.get(checker.NAME, []), chosen, context)
    return sum(len(by_checker.get(checker.NAME, [])) for checker in checkers), findings


def missed_by(checker, plants, chosen, context):
    """Findings for the planted defects that a checker does not report."""
    work = context.work / "planted" / checker.NAME.replace(" ", "-")
    work.mkdir(parents=True)
    planted = [plant_defect(work / folder.name, folder, plant, chosen) for folder, plant in plants]
    found = checker.check(planted, dataclasses.replace(context, work=work))[1] if planted else []
    lost = []
    for (folder, plant), case in zip(plants, planted):
        reported = [finding.message for finding in found if finding.case in (case.name, "")]
        if not any(plant["message"] in message for message in reported):
            lost.append(Finding("", f"planted/{folder.name}", f"{checker.NAME} does not report {plant['about']}; it reports {'; '.join(reported[:3]) or 'nothing'}"))
    return lost


def plant_defect(directory, folder, plant, chosen):
    """Copies a tree, replaces texts that must exist, and adds files."""
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
    # The copy is not an example, so the API server checker only tests it with a dry run.
    return cases.Case(f"planted-{folder.name}", directory, False, source.dir)
