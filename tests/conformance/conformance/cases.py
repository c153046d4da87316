"""Cases: one rendered tree per case, with its objects."""

import dataclasses
import functools
import pathlib
import subprocess
import tomllib

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HOMES = ("environments", "base", "overlays", "clusters")


@functools.cache
def parsed(text):
    """Parses each distinct text once. Callers must not change the result."""
    return yaml.load(text, LOADER)


@dataclasses.dataclass(frozen=True)
class Object:
    """An object in a file of a tree."""

    case: "Case"
    file: str
    text: str

    @property
    def value(self):
        return parsed(self.text)

    @property
    def kind(self):
        return self.value.get("kind", "")

    @property
    def name(self):
        metadata = self.value["metadata"]
        return "/".join(filter(None, (self.kind, metadata.get("namespace", ""), metadata["name"])))

    @property
    def environment(self):
        """Environment of the file; empty for shared files."""
        parts = self.file.split("/")
        return "" if parts[0] == "base" else parts[1]

    def line_of(self, text):
        """First line that contains the text, or 0."""
        return next((i for i, line in enumerate(self.text.splitlines(), 1) if text in line), 0)


@dataclasses.dataclass(frozen=True)
class Case:
    """A rendered tree."""

    name: str
    dir: pathlib.Path
    example: bool
    # Tree without the planted defect.
    origin: pathlib.Path | None = None

    @functools.cached_property
    def owned(self):
        """Files in the lock, by environment."""
        return tomllib.loads((self.dir / "aksgen.lock").read_text())["files"]

    @property
    def environments(self):
        return sorted(set(self.owned) - {"shared"})

    @functools.cached_property
    def objects(self):
        """All rendered objects; each file contains one."""
        paths = sorted(path for home in HOMES for path in self.dir.glob(f"{home}/**/*.yaml") if path.name != "kustomization.yaml")
        return [Object(self, str(path.relative_to(self.dir)), path.read_text()) for path in paths]

    def of(self, environment):
        """Objects of an environment, including shared ones."""
        return [o for o in self.objects if o.environment in ("", environment)]


def unique(cases):
    """All objects without duplicates of equal bytes."""
    seen = {}
    for case in cases:
        for one in case.objects:
            seen.setdefault(one.text, one)
    return list(seen.values())


def unique_files(cases, *patterns):
    """All files without duplicates: the case, the path in its tree, and the absolute path."""
    seen = {}
    for case in cases:
        for path in sorted(path for pattern in patterns for path in case.dir.rglob(pattern) if path.is_file()):
            seen.setdefault(path.read_bytes(), (case, str(path.relative_to(case.dir)), path))
    return list(seen.values())


def render(aksgen, crds, directory):
    """Renders the spec in a directory; returns the exit code and the messages."""
    command = [aksgen, "render", "-C", str(directory), "--crds", str(crds), "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr
