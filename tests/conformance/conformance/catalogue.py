"""The CRDs, with the kinds spelt as their operators spell them: `tests/crds.toml` says which the catalogue has wrong."""

import json
import shutil
import tomllib

from .tools import HERE


def corrected(catalogue, copy):
    """A copy of the directory; the tests in Rust make the same one."""
    shutil.copytree(catalogue, copy)
    copy.chmod(0o755)
    for name, kind in tomllib.loads((HERE.parent / "crds.toml").read_text()).items():
        crd = json.loads((copy / name).read_text())
        crd["spec"]["names"] |= {"kind": kind, "listKind": f"{kind}List"}
        (copy / name).unlink()
        (copy / name).write_text(json.dumps(crd))
    return copy
