"""Paths and helpers for all checkers."""

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
    """Paths of one run."""

    cache: pathlib.Path
    aksgen: pathlib.Path
    crds: pathlib.Path
    charts: pathlib.Path
    work: pathlib.Path
    full: bool = False

    def program(self, name):
        return str(tools.program(self.cache, name))

    def script(self, name):
        """Path of a program from PyPI."""
        return str(pathlib.Path(sys.executable).parent / name)

    def call(self, name, request):
        """Sends a request to a program of this repository; returns its answer."""
        done = subprocess.run([self.program(name)], input=json.dumps(request), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def run(command, **more):
    """Runs a program; returns its exit code and its output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    return done.returncode, done.stdout


def both(work, items):
    """Runs the work for all items in parallel; results keep the order of the items."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, items))


def gathered(work, items):
    """Collects the findings of all items in one list."""
    return [finding for found in both(work, items) for finding in found]
