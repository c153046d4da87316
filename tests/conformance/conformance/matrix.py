"""Specs that cover every pair of switches. The schema defines the switches, so new ones are included.

A factor is a path of the spec with its values. The values are booleans, enumerations or versions; an
optional table is present or absent. matrix/platform.toml has samples of optional tables. `refused.toml`
lists combinations that aksgen refuses.
"""

import copy
import dataclasses
import functools
import itertools
import json
import tomllib

ABSENT = "(left out)"
# Limit of changes that repair a row.
REPAIRS = 20


@dataclasses.dataclass(frozen=True)
class Factor:
    """Path of the spec with its values."""

    path: tuple
    values: tuple

    @property
    def key(self):
        return ".".join(self.path)


def at(table, path):
    """Value at a path, or ABSENT."""
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return ABSENT
        table = table[key]
    return table


def closed(schema):
    """Values that a schema lists."""
    if schema.get("type") == "boolean":
        return [True, False]
    listed = schema.get("enum") or [one["const"] for one in schema.get("oneOf", []) if "const" in one]
    return list(listed or schema.get("examples", []))


def factors(schema, base, path=()):
    """Factors below a schema, and paths without a sample in the base."""
    found, missing = [], []
    for key, inner in schema.get("properties", {}).items():
        here = (*path, key)
        if here == ("environments",):
            test = inner["additionalProperties"]["properties"]["profile"]
            found.append(Factor(("environments", "test", "profile"), tuple(closed(test))))
            continue
        values, sample = closed(inner), at(base, here)
        if inner.get("x-optional"):
            values = [*(values or [sample]), ABSENT]
            if sample is ABSENT and len(values) == 2 and values[0] is ABSENT:
                missing.append(here)
                continue
        if len(values) > 1:
            found.append(Factor(here, tuple(json.dumps(v) if isinstance(v, dict) else v for v in values)))
        below = factors_below(inner, base, here)
        found, missing = found + below[0], missing + below[1]
    return found, missing


def factors_below(schema, base, path):
    """Factors inside a table. For tables with equal schemas, the first sample of each factor counts."""
    inner = schema.get("additionalProperties")
    if not isinstance(inner, dict):
        return factors(schema, base, path)
    if "properties" not in inner:
        return [], []
    names = [name for name, value in at(base, path).items() if isinstance(value, dict)] if at(base, path) is not ABSENT else []
    if not names:
        switches = any(closed(p) or p.get("x-optional") for p in inner["properties"].values())
        return [], [(*path, "*")] if switches else []
    found, missing = {}, {}
    for name in names:
        here = factors(inner, base, (*path, name))
        for factor in here[0]:
            found.setdefault(factor.path[len(path) + 1 :], factor)
        for lacking in here[1]:
            missing.setdefault(lacking[len(path) + 1 :], lacking)
    shown = {key[:length] for key in found for length in range(1, len(key) + 1)}
    return list(found.values()), [lacking for key, lacking in missing.items() if tuple(k for k in key if k != "*") not in shown]


def value_of(value):
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


class Rules:
    """Combinations that aksgen refuses, with their codes."""

    def __init__(self, text):
        self.rows = tomllib.loads(text).get("refused", [])

    @functools.cached_property
    def by_key(self):
        """Rules by key and value, with their conditions on other keys."""
        out = {}
        for rule in self.rows:
            for key, value in rule["when"].items():
                others = [item for item in rule["when"].items() if item[0] != key]
                out.setdefault((key, value), []).append(others)
        return out

    def without(self, rule):
        """All rules except one."""
        other = Rules("")
        other.rows = [one for one in self.rows if one is not rule]
        return other

    def forbids_value(self, row, key, value):
        """Whether a rule forbids this value together with the row."""
        return any(all(row.get(k) == v for k, v in others) for others in self.by_key.get((key, value), ()))

    def broken(self, row):
        return [rule for rule in self.rows if all(row.get(key) == value for key, value in rule["when"].items())]

    def forbids(self, row):
        return any(self.forbids_value(row, key, value) for key, value in row.items())


def covering(factors, rules):
    """Rows that cover every allowed pair of values, as {key: value}. The greedy search is deterministic."""
    every = [
        pair
        for one, two in itertools.combinations(factors, 2)
        for pair in itertools.product(((one.key, a) for a in one.values), ((two.key, b) for b in two.values))
        if not rules.forbids(dict(pair))
    ]
    open_pairs, rows = set(every), []
    for seed in every:
        if seed not in open_pairs:
            continue
        row = repaired(fill(dict(seed), factors, rules, open_pairs), dict(seed), factors, rules)
        if row:
            open_pairs -= pairs(row, factors)
            rows.append(row)
        # Otherwise no row contains this pair.
    return rows


def refusals(factors, rules):
    """One row per rule that breaks only this rule."""
    return [(quiet(dict(rule["when"]), factors, rules.without(rule)), rule["code"]) for rule in rules.rows]


def quiet(row, factors, rules):
    """Sets all other factors to allowed values, and optional tables without keys of the row to ABSENT."""
    mentioned = tuple(row)
    for factor in factors:
        if factor.key not in row:
            allowed = allowed_values(factor, row, rules)
            holds = any(key.startswith(f"{factor.key}.") for key in mentioned)
            row[factor.key] = ABSENT if ABSENT in allowed and not holds else allowed[0]
    return row


def fill(row, factors, rules, open_pairs):
    """Sets every other factor to the value that covers most uncovered pairs."""
    order = {factor.key: number for number, factor in enumerate(factors)}

    def gain(key, value):
        mine, one = order[key], (key, value)
        return sum(((other, one) if order[other[0]] < mine else (one, other)) in open_pairs for other in row.items())

    for factor in factors:
        if factor.key not in row:
            row[factor.key] = max(allowed_values(factor, row, rules), key=lambda value: gain(factor.key, value))
    return row


def repaired(row, seed, factors, rules):
    """Changes refused values outside the seed to values that break the fewest rules; None if impossible."""
    values = {factor.key: factor.values for factor in factors}
    for _ in range(REPAIRS):
        broken = rules.broken(row)
        if not broken:
            return row
        choices = [(key, value) for rule in broken for key in rule["when"] if key not in seed for value in values[key] if value != row[key]]
        if not choices:
            return None
        key, value = min(choices, key=lambda choice: len(rules.broken(row | dict([choice]))))
        row[key] = value
    return None


def allowed_values(factor, row, rules):
    return [value for value in factor.values if not rules.forbids_value(row, factor.key, value)] or list(factor.values)


def pairs(row, factors):
    """All pairs of values in a row, in the order of the factors."""
    return set(itertools.combinations(((factor.key, row[factor.key]) for factor in factors), 2))


def spec(base, row):
    """Base spec with the values of a row."""
    out = copy.deepcopy(base)
    for key, value in row.items():
        *tables, last = key.split(".")
        table = out
        for name in tables:
            table = table.setdefault(name, {}) if isinstance(table, dict) else {}
        if not isinstance(table, dict):
            continue
        if value == ABSENT:
            table.pop(last, None)
        elif last not in table or not isinstance(table[last], dict):
            table[last] = value_of(value)
    return prune(out, row)


def prune(out, row):
    """Removes absent tables again, with all their keys."""
    for key in (key for key, value in row.items() if value == ABSENT):
        *tables, last = key.split(".")
        at(out, tables).pop(last, None) if isinstance(at(out, tables), dict) else None
    return out


def toml(table, path=()):
    """Table as TOML, one line per value."""
    lines = []
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            lines += toml(value, here)
        else:
            lines.append(".".join(json.dumps(part) for part in here) + " = " + ("{}" if value == {} else json.dumps(value)))
    return lines
