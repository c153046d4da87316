"""gator: every constraint template has passing suites with an allowed and a denied case."""

from .. import tools
from ..context import run
from ..finding import Finding

NAME = "gator"
SUITES = "tests/*/gatekeeper"


def version():
    return tools.version("modules/gator", "github.com/open-policy-agent/gatekeeper/v3/cmd/gator")


def check(cases, context):
    """Verifies the suites in tests/<environment>/gatekeeper of trees with constraint templates."""
    findings, count = [], 0
    for case in cases:
        templates = [one for one in case.objects if one.kind == "ConstraintTemplate"]
        suites = sorted(case.dir.glob(SUITES))
        count += len(templates)
        findings += [Finding(case.name, one.file, "it has no suite", object=one.name) for one in templates if not suites]
        for suite in suites:
            code, said = run([context.program("gator"), "verify", f"{suite}/..."])
            findings += [Finding(case.name, str(suite.relative_to(case.dir)), said.strip())] if code else []
    return count, findings
