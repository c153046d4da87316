"""Health checks of Azure resources in Lua and CEL: both must give the expected result per status."""

import json

import yaml

from .. import tools
from ..cases import LOADER
from ..finding import Finding

NAME = "health"
STATUSES = tools.HERE / "programs" / "testdata" / "statuses.json"


def version():
    return f"gopher-lua {tools.version('programs', 'github.com/yuin/gopher-lua')}"


def check(cases, context):
    lua, cel = {}, {}
    for case in cases:
        for place, source in scripts(case):
            lua.setdefault(source, place)
        for place, expressions in checks(case):
            cel.setdefault(json.dumps(expressions, sort_keys=True), place)
    request = {
        "lua": [{"id": str(number), "source": source} for number, source in enumerate(lua)],
        "cel": [{"id": str(number + len(lua)), **json.loads(text)} for number, text in enumerate(cel)],
        "statuses": json.loads(STATUSES.read_text()),
    }
    places = [*lua.values(), *cel.values()]
    answer = context.call("health", request)
    return len(places) * len(request["statuses"]), [Finding(*places[int(row["id"])], f"{row['status']}: {row['message']}") for row in answer]


def scripts(case):
    """Health checks in the bootstrap values of Argo CD."""
    for path in sorted(case.dir.glob("bootstrap/*/argocd-values.yaml")):
        settings = yaml.load(path.read_text(), LOADER)["configs"]["cm"]
        for key, value in settings.items():
            if key == "resource.customizations":
                found = (group.get("health.lua", "") for name, group in yaml.load(value, LOADER).items() if "azure.com" in name)
                yield from (((case.name, str(path.relative_to(case.dir))), source) for source in found)


def checks(case):
    for one in case.objects:
        if one.value["apiVersion"].startswith("kustomize.toolkit.fluxcd.io/"):
            for row in one.value["spec"].get("healthCheckExprs", []):
                if ".azure.com/" in row["apiVersion"]:
                    yield (case.name, one.file), {key: row.get(key, "") for key in ("inProgress", "failed", "current")}
