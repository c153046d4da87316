"""pint: suspicious rules that parse."""

from .. import tools
from ..context import run
from ..finding import Finding
from .promtool import rule_files

NAME = "pint"


def version():
    return tools.version("modules/pint", "github.com/cloudflare/pint/cmd/pint")


def check(cases, context):
    binary, findings, count = context.program("pint"), [], 0
    config = tools.HERE / "pint.hcl"
    seen = set()
    for case in cases:
        for path in rule_files(case):
            text = path.read_text()
            if text in seen:
                continue
            seen.add(text)
            count += 1
            code, said = run([binary, "--offline", "--no-color", "--config", str(config), "lint", "--min-severity", "info", path.name], cwd=path.parent)
            problems = "\n".join(line for line in said.splitlines() if not line.startswith("level="))
            if code or problems.strip():
                findings.append(Finding(case.name, str(path.relative_to(case.dir)), problems.strip() or said.strip()))
    return count, findings
