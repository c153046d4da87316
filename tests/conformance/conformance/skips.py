"""Skipped checks with their reasons."""

import functools
import tomllib

from .tools import HERE


@functools.cache
def table():
    rows = tomllib.loads((HERE / "skips.toml").read_text())["skip"]
    for row in rows:
        assert set(row) == {"checker", "check", "reason"} and row["reason"].strip(), f"skips.toml: {row}"
    return rows


def skips(checker):
    return [row["check"] for row in table() if row["checker"] == checker]
