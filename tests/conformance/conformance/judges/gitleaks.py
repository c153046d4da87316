"""gitleaks: nothing in a tree looks like a credential."""

import json

from .. import tools
from ..context import run
from ..finding import Finding

NAME = "gitleaks"


def version():
    return tools.version("modules/gitleaks", "github.com/zricethezav/gitleaks/v8")


def judge(cases, context):
    report = context.work / "gitleaks.json"
    report.unlink(missing_ok=True)
    root = cases[0].dir.parent
    command = [context.program("gitleaks"), "dir", "--no-banner", "--redact", "--report-format", "json", "--report-path", str(report), "--exit-code", "0"]
    code, said = run([*command, str(root)])
    count = sum(1 for case in cases for path in case.dir.rglob("*") if path.is_file())
    if code or not report.exists():
        return count, [Finding("", "", said.strip())]
    return count, [finding(row, root, {case.dir.name: case for case in cases}) for row in json.loads(report.read_text())]


def finding(row, root, by_folder):
    folder, _, file = row["File"].removeprefix(f"{root}/").partition("/")
    case = by_folder.get(folder)
    return Finding(case.name if case else folder, file, f"{row['RuleID']}: {row['Description']}", row["StartLine"])
