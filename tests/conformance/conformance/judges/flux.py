"""Flux: its own library builds every Kustomization with its real settings, and substitution changes no byte."""

from .. import tools
from ..finding import Finding

NAME = "flux build"


def version():
    return tools.version("programs", "github.com/fluxcd/pkg/kustomize")


def judge(cases, context):
    places = {}
    for case in cases:
        for one in case.objects:
            if one.value["apiVersion"].startswith("kustomize.toolkit.fluxcd.io/"):
                places[f"{case.name}:{one.file}"] = one
    asked = [{"id": key, "file": str(one.case.dir / one.file), "root": str(one.case.dir)} for key, one in places.items()]
    answer = context.ask("flux", {"kustomizations": asked})
    return len(asked), [Finding(places[row["id"]].case.name, places[row["id"]].file, row["message"], object=places[row["id"]].name) for row in answer]
