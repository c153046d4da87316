"""Findings of checkers, with their sources."""

import dataclasses
import json
import subprocess


@dataclasses.dataclass(frozen=True)
class Finding:
    """One finding. `file` is a path in the tree of the case. `line` starts at 1; 0 means unknown."""

    case: str
    file: str
    message: str
    line: int = 0
    object: str = ""


def sources(aksgen, case, finding):
    """Template line and spec keys of a finding, from `aksgen explain`; empty for files without a component."""
    if not case or not finding.file:
        return []
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    command = [aksgen, "explain", "-C", str(case.dir), "--format", "json", place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return []
    answer = json.loads(done.stdout)
    lines = [f"{row['file']}:{row['line']} {row['key']}".strip() for row in answer["behind"]]
    return lines or [f"the spec key `{answer['component']}`"]
