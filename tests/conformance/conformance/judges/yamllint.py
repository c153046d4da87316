"""yamllint: the tree as a reader of YAML sees it, unquoted `yes` included."""

import importlib.metadata

from ..finding import Finding
from ..tools import HERE

NAME = "yamllint"


def version():
    return importlib.metadata.version("yamllint")


def judge(cases, context):
    from yamllint import config, linter

    rules, seen, findings = config.YamlLintConfig((HERE / "yamllint.yaml").read_text()), set(), []
    for case in cases:
        for path in sorted(case.dir.rglob("*.yaml")):
            text = path.read_text()
            if text not in seen:
                seen.add(text)
                file = str(path.relative_to(case.dir))
                findings += [Finding(case.name, file, f"{p.rule}: {p.desc}", p.line) for p in linter.run(text, rules)]
    return len(seen), findings
