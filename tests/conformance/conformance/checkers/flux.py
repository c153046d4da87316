"""Flux: its library builds every Kustomization, and substitution changes no byte."""

from .. import tools
from ..finding import Finding

NAME = "flux build"


def version():
    return tools.version("programs", "github.com/fluxcd/pkg/kustomize")


def check(cases, context):
    places = {}
    for case in cases:
        for one in case.objects:
            if one.value["apiVersion"].startswith("kustomize.toolkit.fluxcd.io/"):
                places[f"{case.name}:{one.file}"] = one
    requests = [{"id": key, "file": str(one.case.dir / one.file), "root": str(one.case.dir)} for key, one in places.items()]
    answer = context.call("flux", {"kustomizations": requests})
    return len(requests), [Finding(places[row["id"]].case.name, places[row["id"]].file, row["message"], object=places[row["id"]].name) for row in answer]
