"""checkov: hardening of workloads. One process checks all distinct objects."""

import importlib.metadata
import json
import os
import subprocess

from ..cases import unique
from ..finding import Finding
from ..skips import skips

NAME = "checkov"

# What checkov has no check for: it would only be parsed, and that is what takes its time.
KINDS = {
    "ClusterRole", "ClusterRoleBinding", "CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "Namespace", "NetworkPolicy", "Pod", "PodSecurityPolicy",
    "ReplicaSet", "ReplicationController", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount", "StatefulSet", "ConfigMap",
}


def version():
    return importlib.metadata.version("checkov")


def check(cases, context):
    objects = [one for one in unique(cases) if one.kind in KINDS]
    folder = context.work / "checkov"
    folder.mkdir(exist_ok=True)
    for number, one in enumerate(objects):
        (folder / f"{number:05}.yaml").write_text(one.text)
    command = [
        context.script("checkov"), "-d", str(folder), "--framework", "kubernetes", "--compact", "--quiet", "--skip-download", "-o", "json",
        "--skip-check", ",".join(skips(NAME)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LOG_LEVEL": "ERROR", "CKV_IGNORE_HIDDEN_DIRECTORIES": "false"})
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        return len(objects), [Finding("", "", done.stderr.strip() or done.stdout.strip() or "no answer")]
    if "results" not in answer:
        wrong = [] if answer.get("passed") or answer.get("parsing_errors") == 0 else [Finding("", "", "it read nothing")]
        return len(objects), wrong
    return len(objects), [finding(objects, row) for row in answer["results"]["failed_checks"]] + unread(objects, answer)


def finding(objects, row):
    one = objects[int(row["file_path"].strip("/").split(".")[0])]
    return Finding(one.case.name, one.file, f"{row['check_id']}: {row['check_name']}", object=one.name)


def unread(objects, answer):
    return [Finding("", file, "checkov cannot read it") for file in answer["results"].get("parsing_errors", [])]
