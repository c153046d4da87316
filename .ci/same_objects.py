"""Is what kustomize builds from the roots of an environment exactly what the lock of the tree lists?

usage: same_objects.py KUSTOMIZE TREE

Reads YAML with PyYAML and builds with kustomize itself, so that no line of aksgen judges aksgen. Every root is built twice: both times it
must succeed, say nothing, and give the same bytes. Prints one line per environment; exit 1 if an object is lost, doubled or from nowhere.
"""

import collections
import concurrent.futures
import pathlib
import subprocess
import sys
import tomllib

import yaml


def name_of(document):
    metadata = document["metadata"]
    return document["apiVersion"], document["kind"], metadata.get("namespace", ""), metadata["name"]


def objects(text):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [name_of(document) for document in yaml.load_all(text, loader) if document is not None]


def listed(tree, environment, lock):
    """The objects in the files that belong to an environment, by the lock: its own and, with a base, those that all share."""
    files = set(lock[environment])
    files |= {path for path in lock.get("shared", {}) if path.startswith("base/")}
    homes = (f"environments/{environment}/", f"overlays/{environment}/", f"clusters/{environment}/", "base/")
    chosen = [path for path in sorted(files) if path.startswith(homes) and not path.endswith("/kustomization.yaml")]
    return collections.Counter(name for path in chosen for name in objects((tree / path).read_text()))


def roots(tree, environment):
    found = [path.parent for home in ("environments", "overlays") for path in tree.glob(f"{home}/{environment}/**/kustomization.yaml")]
    return sorted(found) + [tree / "clusters" / environment]


def build(kustomize, root):
    command = [kustomize, "build", "--load-restrictor", "LoadRestrictionsRootOnly", str(root)]
    first, second = (subprocess.run(command, capture_output=True, check=False) for _ in range(2))
    complaint = first.stderr.decode() or second.stderr.decode()
    if first.returncode or second.returncode or complaint:
        return root, None, f"exit {first.returncode}: {complaint.strip()}"
    if first.stdout != second.stdout:
        return root, None, "two builds differ"
    return root, first.stdout.decode(), None


def judge(kustomize, tree, environment, lock):
    """Everything that is wrong with one environment, and the number of its objects and roots."""
    here = roots(tree, environment)
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda root: build(kustomize, root), here))
    wrong = [f"{root.relative_to(tree)}: {problem}" for root, _, problem in results if problem]
    built = collections.Counter(name for _, text, _ in results if text for name in objects(text))
    expected = listed(tree, environment, lock)
    wrong += [f"lost: {' '.join(name)}" for name in sorted(expected - built)]
    wrong += [f"from nowhere, or twice: {' '.join(name)}" for name in sorted(built - expected)]
    wrong += [f"twice in the files: {' '.join(name)}" for name, count in sorted(expected.items()) if count > 1]
    return wrong, sum(built.values()), len(here)


def main():
    kustomize, tree = sys.argv[1], pathlib.Path(sys.argv[2])
    lock = tomllib.loads((tree / "aksgen.lock").read_text())
    failed = False
    for environment in sorted(set(lock) - {"shared"}):
        wrong, count, number = judge(kustomize, tree, environment, lock)
        failed = failed or bool(wrong) or count == 0
        print(f"  {environment}: {count} objects from {number} roots{'' if not wrong else ': WRONG'}")
        for line in wrong:
            print(f"    {line}")
    sys.exit(1 if failed or not lock else 0)


if __name__ == "__main__":
    main()
