"""gitleaks: no file contains a credential."""

import json
import shutil

from .. import tools
from ..cases import unique_files
from ..context import run
from ..finding import Finding

NAME = "gitleaks"


def version():
    return tools.version("modules/gitleaks", "github.com/zricethezav/gitleaks/v8")


def check(cases, context):
    """Scans distinct files once, under their path in the tree."""
    folder, report, files = context.work / "gitleaks", context.work / "gitleaks.json", unique_files(cases, "*")
    shutil.rmtree(folder, ignore_errors=True)
    report.unlink(missing_ok=True)
    for number, (_, file, path) in enumerate(files):
        target = folder / str(number) / file
        target.parent.mkdir(parents=True)
        shutil.copy(path, target)
    command = [context.program("gitleaks"), "dir", "--no-banner", "--redact", "--report-format", "json", "--report-path", str(report), "--exit-code", "0"]
    code, said = run([*command, str(folder)])
    if code or not report.exists():
        return len(files), [Finding("", "", said.strip())]
    return len(files), [finding(row, folder, files) for row in json.loads(report.read_text())]


def finding(row, folder, files):
    case, file, _ = files[int(row["File"].removeprefix(f"{folder}/").split("/")[0])]
    return Finding(case.name, file, f"{row['RuleID']}: {row['Description']}", row["StartLine"])
