"""gitleaks: nothing in a tree looks like a credential."""

import json
import shutil

from .. import tools
from ..context import run
from ..finding import Finding

NAME = "gitleaks"


def version():
    return tools.version("modules/gitleaks", "github.com/zricethezav/gitleaks/v8")


def judge(cases, context):
    """Files that are equal to the byte are scanned once, under the path that they have in their tree."""
    folder, report, places = context.work / "gitleaks", context.work / "gitleaks.json", {}
    shutil.rmtree(folder, ignore_errors=True)
    report.unlink(missing_ok=True)
    for case in cases:
        for path in sorted(path for path in case.dir.rglob("*") if path.is_file()):
            places.setdefault(path.read_bytes(), (case, str(path.relative_to(case.dir))))
    for number, (text, (_, file)) in enumerate(places.items()):
        target = folder / str(number) / file
        target.parent.mkdir(parents=True)
        target.write_bytes(text)
    command = [context.program("gitleaks"), "dir", "--no-banner", "--redact", "--report-format", "json", "--report-path", str(report), "--exit-code", "0"]
    code, said = run([*command, str(folder)])
    if code or not report.exists():
        return len(places), [Finding("", "", said.strip())]
    return len(places), [finding(row, folder, list(places.values())) for row in json.loads(report.read_text())]


def finding(row, folder, places):
    case, file = places[int(row["File"].removeprefix(f"{folder}/").split("/")[0])]
    return Finding(case.name, file, f"{row['RuleID']}: {row['Description']}", row["StartLine"])
