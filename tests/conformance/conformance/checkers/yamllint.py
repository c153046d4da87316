"""yamllint: all YAML files, including ambiguous values such as `yes`."""

import importlib.metadata

from ..cases import unique_files
from ..finding import Finding
from ..tools import HERE

NAME = "yamllint"


def version():
    return importlib.metadata.version("yamllint")


def check(cases, context):
    from yamllint import config, linter

    rules, files = config.YamlLintConfig((HERE / "yamllint.yaml").read_text()), unique_files(cases, "*.yaml")
    findings = [Finding(case.name, file, f"{p.rule}: {p.desc}", p.line) for case, file, path in files for p in linter.run(path.read_text(), rules, str(path))]
    return len(files), findings
