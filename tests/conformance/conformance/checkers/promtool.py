"""promtool: rule files pass all lints and their unit tests, in which each alert fires and stays silent."""

import yaml

from .. import tools
from ..cases import LOADER
from ..context import gathered, run
from ..finding import Finding

NAME = "promtool"


def version():
    return tools.version("modules/promtool", "github.com/prometheus/prometheus/cmd/promtool")


def check(cases, context):
    binary, seen = context.program("promtool"), {}
    for case in cases:
        for path in rule_files(case):
            test = path.with_name(f"{path.stem}_test.yaml")
            seen.setdefault((path.read_text(), test.read_text() if test.exists() else ""), (case, path, test))
    return len(seen), gathered(lambda one: check_file(binary, *one), seen.values())


def rule_files(case):
    """Rule files of all environments, without unit tests."""
    return [path for path in sorted(case.dir.glob("tests/*/rules/**/*.yaml")) if not path.stem.endswith("_test")]


def check_file(binary, case, path, test):
    file = str(path.relative_to(case.dir))
    code, said = run([binary, "check", "rules", "--lint=all", "--lint-fatal", str(path)])
    findings = [Finding(case.name, file, said.strip())] if code else []
    if not test.exists():
        return [*findings, Finding(case.name, file, "it has no unit tests")]
    code, said = run([binary, "test", "rules", str(test)])
    findings += [Finding(case.name, str(test.relative_to(case.dir)), said.strip())] if code else []
    return findings + [Finding(case.name, file, said) for said in untested(path, test)]


def untested(path, test):
    """Messages for alerts without a firing or a silent unit test."""
    rules = [rule["alert"] for group in yaml.load(path.read_text(), LOADER)["groups"] for rule in group["rules"] if "alert" in rule]
    tests = [one for suite in yaml.load(test.read_text(), LOADER)["tests"] for one in suite.get("alert_rule_test", [])]
    firing = {one["alertname"] for one in tests if one.get("exp_alerts")}
    silent = {one["alertname"] for one in tests if not one.get("exp_alerts")}
    return [f"no unit test has {name} {state}" for name in rules for state, seen in (("firing", firing), ("silent", silent)) if name not in seen]
