"""Programs of the checkers, built once per version into a cache outside the clone."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent.parent

# Version that the server reports. Some feature gates depend on it.
KUBERNETES = "1.35.1"
STAMP = " ".join(
    f"-X k8s.io/component-base/version.{key}={value}"
    for key, value in (("gitVersion", f"v{KUBERNETES}"), ("gitMajor", "1"), ("gitMinor", "35"))
)

# Static programs from pinned sources. GOGC trades memory for build time.
BUILD = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOGC": "1000"}
# Unused versions are removed after this time.
KEPT_SECONDS = 24 * 60 * 60
BUILDING = threading.Lock()
# Large programs with short run times. Their build takes long, so it is unoptimized.
PLAIN = {"gator", "pint", "promtool"}

# Program: Go module below this folder, package, and linker flags.
PROGRAMS = {
    "argocd": ("modules/argocd", "github.com/argoproj/argo-cd/v3/cmd", ""),
    "etcd": ("modules/kubernetes", "go.etcd.io/etcd/server/v3", ""),
    "gator": ("modules/gator", "github.com/open-policy-agent/gatekeeper/v3/cmd/gator", ""),
    "gitleaks": ("modules/gitleaks", "github.com/zricethezav/gitleaks/v8", ""),
    "helm": ("modules/helm", "helm.sh/helm/v3/cmd/helm", ""),
    "kube-apiserver": ("modules/kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", STAMP),
    "kube-controller-manager": ("modules/kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager", STAMP),
    "kube-scheduler": ("modules/kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler", STAMP),
    "kube-score": ("modules/kube-score", "github.com/zegl/kube-score/cmd/kube-score", ""),
    "kubectl": ("modules/kubernetes", "k8s.io/kubernetes/cmd/kubectl", STAMP),
    "kustomize": ("modules/kustomize", "sigs.k8s.io/kustomize/kustomize/v5", ""),
    "kustomize-controller": ("modules/kustomize-controller", "github.com/fluxcd/kustomize-controller", ""),
    "kwok": ("modules/kwok", "sigs.k8s.io/kwok/cmd/kwok", ""),
    "pint": ("modules/pint", "github.com/cloudflare/pint/cmd/pint", ""),
    "promtool": ("modules/promtool", "github.com/prometheus/prometheus/cmd/promtool", ""),
    "apply": ("programs", "./cmd/apply", ""),
    "flux": ("programs", "./cmd/flux", ""),
    "health": ("programs", "./cmd/health", ""),
    "rehearse": ("programs", "./cmd/rehearse", ""),
    "reach": ("programs", "./cmd/reach", ""),
}


def key_of(module):
    """Digest of all sources of a module."""
    files = sorted(path for path in (HERE / module).rglob("*") if path.name in ("go.mod", "go.sum") or path.suffix == ".go")
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def program(cache, name):
    """Path of a program. Builds it if the cache lacks this version."""
    module, package, stamp = PROGRAMS[name]
    built = pathlib.Path(cache) / f"{name}-{key_of(module)}" / name
    with BUILDING:
        if not built.exists():
            build(built, name, module, package, stamp)
    in_use(built.parent, f"{name}-????????????")
    return built


def build(built, name, module, package, stamp):
    """Builds a program. With concurrent builds, the last rename wins."""
    print(f"building {name}", file=sys.stderr, flush=True)
    built.parent.mkdir(parents=True, exist_ok=True)
    partial = built.with_suffix(f".{os.getpid()}")
    plain = ["-gcflags", "all=-N -l"] if name in PLAIN else []
    command = ["go", "build", "-trimpath", "-buildvcs=false", *plain, "-ldflags", f"-s -w {stamp}", "-o", str(partial), package]
    subprocess.run(command, cwd=HERE / module, env={**os.environ, **BUILD}, check=True)
    partial.rename(built)


def in_use(directory, pattern):
    """Marks a version as used, and removes versions that no run used for a day."""
    os.utime(directory)
    for other in directory.parent.glob(pattern):
        if time.time() - other.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def version(module, package):
    """Version of a package that a module requires."""
    for line in (HERE / module / "go.mod").read_text().splitlines():
        words = line.replace("require", "").split()
        if len(words) > 1 and (package == words[0] or package.startswith(words[0] + "/")):
            return words[1].removeprefix("v")
    return ""
