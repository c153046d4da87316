"""The one list of checks that are not asked for, each with its reason."""

import functools
import tomllib

from .tools import HERE


@functools.cache
def table():
    rows = tomllib.loads((HERE / "skips.toml").read_text())["skip"]
    for row in rows:
        assert set(row) == {"judge", "check", "reason"} and row["reason"].strip(), f"skips.toml: {row}"
    return rows


def skips(judge):
    return [row["check"] for row in table() if row["judge"] == judge]
