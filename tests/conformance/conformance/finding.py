"""What a judge has to say, and what is behind it."""

import dataclasses
import json
import subprocess


@dataclasses.dataclass(frozen=True)
class Finding:
    """One complaint. `file` is a path in the case's tree; `line` counts from 1 and is 0 where it is unknown."""

    case: str
    file: str
    message: str
    line: int = 0
    object: str = ""


def behind(aksgen, case, finding):
    """The template line and the spec keys behind a finding, as aksgen itself explains them; empty for what no component makes."""
    if not case or not finding.file:
        return []
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    command = [aksgen, "explain", "-C", str(case.dir), "--format", "json", place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return []
    said = json.loads(done.stdout)
    lines = [f"{row['file']}:{row['line']} {row['key']}".strip() for row in said["behind"]]
    return lines or [f"the spec key `{said['component']}`"]
