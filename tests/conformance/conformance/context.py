"""What every judge may use."""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

from . import tools


@dataclasses.dataclass(frozen=True)
class Context:
    """Where things are."""

    cache: pathlib.Path
    aksgen: pathlib.Path
    crds: pathlib.Path
    charts: pathlib.Path
    work: pathlib.Path

    def program(self, name):
        return str(tools.program(self.cache, name))

    def script(self, name):
        """A program that came from PyPI."""
        return str(pathlib.Path(sys.executable).parent / name)

    def ask(self, name, request):
        """Puts a request to one of our own programs; gives its answer."""
        done = subprocess.run([self.program(name)], input=json.dumps(request), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def run(command, **more):
    """Runs a program to its end; gives its exit code and everything that it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    return done.returncode, done.stdout


def both(work, items):
    """Does the work for every item on all processors; results come in the order of the items."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, items))


def gathered(work, items):
    """All findings of work that gives some for every item."""
    return [finding for found in both(work, items) for finding in found]
