"""netpol-analyzer: the policies of a tree allow exactly the connections that the spec declares."""

import ipaddress
import itertools
import json
import os
import pathlib
import subprocess

from .. import tools
from ..finding import Finding

NAME = "netpolicy"
WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"}
EVERYTHING = "ALL"
GRAPHS = 200


def version():
    return tools.version("programs", "github.com/np-guard/netpol-analyzer")


def check(cases, context):
    sets = {}
    for case in cases:
        said = declared(case, context)
        for environment in case.environments:
            one = Set(case, environment, [row for row in said if row["environment"] == environment])
            sets.setdefault(one.text(), one)
    findings = []
    for one, found in zip(sets.values(), reach({str(n): text for n, text in enumerate(sets)}, context)):
        findings += one.compare(found)
    return len(sets), findings + graphs(context)


def declared(case, context):
    done = subprocess.run([context.aksgen, "list", "connections", "-C", case.dir, "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def reach(texts, context):
    """Allowed connections of each set of objects, from the analyzer."""
    requests = []
    for name, text in texts.items():
        folder = context.work / "netpolicy" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "objects.yaml").write_text(text)
        requests.append({"id": name, "dir": str(folder)})
    answer = context.call("reach", {"sets": requests})["sets"]
    for row in answer:
        if row["error"]:
            raise RuntimeError(f"reach: {row['error']}")
    return answer


class Set:
    """Pods and policies of an environment, with stand-ins for pods outside the tree, such as operators."""

    def __init__(self, case, environment, said):
        self.case, self.environment, self.said = case, environment, said
        objects = case.of(environment)
        self.objects = [one for one in objects if one.kind in WORKLOADS | {"NetworkPolicy", "Namespace"}]
        self.guarded = {one.value["metadata"]["namespace"] for one in objects if one.kind == "NetworkPolicy"}
        # Peer in the format of the analyzer: namespace, labels, whether it is rendered.
        self.pods = {}
        for one in (one for one in objects if one.kind in WORKLOADS):
            meta = one.value["metadata"]
            self.pods[f"{meta['namespace']}/{meta['name']}[{one.kind}]"] = (meta["namespace"], labels_of(one.value), True)
        ends = [end["pods"] for row in said for end in (row["from"], row["to"]) if "pods" in end]
        self.stand_ins = [self.stand_in(pods) for pods in ends if not self.find(pods)]
        # An unknown pod in every open namespace detects policies that allow a whole namespace.
        spaces = {pods["namespace"] for pods in ends} | {"elsewhere"}
        self.stand_ins += [self.stand_in({"namespace": space, "labels": {"app": "unknown"}}) for space in sorted(spaces - self.isolated(objects))]
        self.file = next((one.file for one in objects if one.kind == "NetworkPolicy"), "")

    @staticmethod
    def isolated(objects):
        return {one.value["metadata"]["namespace"] for one in objects if one.kind == "NetworkPolicy" and "Egress" in one.value["spec"]["policyTypes"]}

    def stand_in(self, pods):
        name = "-".join(pods["labels"].values()).replace("/", "-").replace(".", "-")
        peer = f"{pods['namespace']}/{name}[Pod]"
        if peer in self.pods:
            return None
        self.pods[peer] = (pods["namespace"], pods["labels"], False)
        meta = {"name": name, "namespace": pods["namespace"], "labels": pods["labels"]}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [{"name": "any", "image": "registry.example/any:1"}]}}

    def find(self, pods):
        wanted = pods["labels"].items()
        return [peer for peer, (space, labels, _) in self.pods.items() if space == pods["namespace"] and wanted <= labels.items()]

    def text(self):
        there = {one.value["metadata"]["name"] for one in self.objects if one.kind == "Namespace"}
        missing = sorted({space for space, _, _ in self.pods.values()} - there)
        namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n, "labels": {"kubernetes.io/metadata.name": n}}} for n in missing]
        values = [named(one.value) for one in self.objects] + namespaces + [pod for pod in self.stand_ins if pod]
        # JSON is YAML, and quicker to write.
        return "".join(f"---\n{json.dumps(value, sort_keys=True)}\n" for value in values)

    def expected(self):
        """Every declared connection: from, to, protocol, port. Ranges that a pod reaches on one port are one, as the analyser has them."""
        out, outside = set(), {}
        for row in self.said:
            for source, target in itertools.product(self.ends(row["from"]), self.ends(row["to"])):
                if isinstance(target, tuple):
                    outside.setdefault((source, row["protocol"], row["port"]), []).extend(target)
                elif source != target:
                    out.add((source, target, row["protocol"], row["port"]))
        return out | {(source, merge(ranges), protocol, port) for (source, protocol, port), ranges in outside.items()}

    def ends(self, end):
        if end == "workloads":
            return [peer for peer, (_, _, rendered) in self.pods.items() if rendered]
        if end == "anyone":
            return [peer for peer, (_, _, rendered) in self.pods.items() if not rendered] + [ANYWHERE]
        return self.find(end["pods"]) if "pods" in end else [addresses(end["range"])] if "range" in end else []

    def found(self, connections):
        """Connections of the analyzer, without those between pods that no policy selects."""
        out, outside = set(), {}
        for row in connections:
            for protocol, port in ports(row):
                source, target = row["from"], row["to"]
                if source not in self.pods or target not in self.pods:
                    near = (target, True) if target in self.pods else (source, False)
                    outside.setdefault((*near, protocol, port), []).append(target if source in self.pods else source)
                elif self.matters(source, target):
                    out.add((source, target, protocol, port))
        for (near, inward, protocol, port), ranges in outside.items():
            if self.pods[near][2] or (inward and self.pods[near][0] in self.guarded):
                far = merged(ranges)
                out.add((far, near, protocol, port) if inward else (near, far, protocol, port))
        return out

    def matters(self, source, target):
        space, _, rendered = self.pods[target]
        return source != target and (self.pods[source][2] or rendered or space in self.guarded)

    def compare(self, row):
        expected, found = self.expected(), self.found(row["connections"])
        said = [(edge, "the policies allow it, but the spec does not declare it") for edge in sorted(found - expected, key=str)]
        said += [(edge, "the spec declares it, but the policies do not allow it") for edge in sorted(expected - found, key=str)]
        known = [Finding(self.case.name, self.policy_of(edge), f"{self.environment}: {shown(edge)}: {problem}") for edge, problem in said]
        return known + self.exposed(row["exposures"], expected)

    def exposed(self, exposures, expected):
        """Findings for connections with pods outside the tree. The spec can only declare those for all sources."""
        found = []
        for row in exposures:
            inward = row["to"] in self.pods
            near, far = (row["to"], row["from"]) if inward else (row["from"], row["to"])
            ours = self.pods[near][2] or inward and self.pods[near][0] in self.guarded
            for protocol, port in ports(row) if ours else []:
                if far != ANYONE or not inward or (ANYWHERE, near, protocol, port) not in expected:
                    edge = (row["from"], row["to"], protocol, port)
                    found.append(Finding(self.case.name, self.policy_of(edge), f"{self.environment}: {shown(edge)}: no spec key declares it"))
        return found

    def policy_of(self, edge):
        """File of the policy for the workload at the near end."""
        names = [str(end).split("[")[0] for end in edge[:2]]
        for one in self.objects:
            meta = one.value["metadata"]
            if one.kind == "NetworkPolicy" and f"{meta['namespace']}/{meta['name']}" in names:
                return one.file
        return self.file


ANYWHERE = ((0, 2**32 - 1),)
ANYONE = "pods * in namespaces *"


def labels_of(value):
    if value["kind"] == "Pod":
        return value["metadata"].get("labels", {})
    spec = value["spec"]["jobTemplate"]["spec"] if value["kind"] == "CronJob" else value["spec"]
    return spec["template"]["metadata"].get("labels", {})


def named(value):
    """Adds the name label that the API server sets on namespaces."""
    if value["kind"] == "Namespace":
        meta = value["metadata"]
        return {**value, "metadata": {**meta, "labels": {**meta.get("labels", {}), "kubernetes.io/metadata.name": meta["name"]}}}
    return value


def addresses(end):
    """Range without its exceptions, as sorted pairs of first and last address."""
    nets = [ipaddress.ip_network(end["cidr"])]
    for hole in map(ipaddress.ip_network, end["except"]):
        nets = [part for net in nets for part in (net.address_exclude(hole) if hole.subnet_of(net) else [net])]
    return merge([(int(net[0]), int(net[-1])) for net in nets])


def merged(texts):
    return merge([tuple(int(ipaddress.ip_address(end)) for end in text.split("-")) for text in texts])


def merge(pairs):
    out = []
    for first, last in sorted(pairs):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def ports(row):
    first, last = (int(end) for end in row["ports"].split("-"))
    return [(row["protocol"], first if first == last else row["ports"])]


def shown(edge):
    def end(peer):
        return peer.split("[")[0] if isinstance(peer, str) else ", ".join(f"{ipaddress.ip_address(a)}-{ipaddress.ip_address(b)}" for a, b in peer)

    return f"{end(edge[0])} to {end(edge[1])} on {edge[2]}/{edge[3]}"


def graphs(context):
    """Compares the evaluator of aksgen with the analyzer on random graphs."""
    folder = context.work / "graphs"
    folder.mkdir(exist_ok=True)
    command = ["cargo", "test", "--release", "--quiet", "--test", "integration", "policies_between_pods"]
    done = subprocess.run(command, cwd=tools.HERE, env={**os.environ, "AKSGEN_GRAPHS": str(folder)}, capture_output=True, text=True, check=False)
    made = sorted(folder.iterdir())
    if done.returncode or len(made) < GRAPHS:
        return [Finding("", "", f"{len(made)} random graphs instead of {GRAPHS}: {(done.stdout + done.stderr)[-500:]}")]
    answer = reach({f"graph-{path.name}": (path / "objects.yaml").read_text() for path in made}, context)
    return [problem for path, row in zip(made, answer) for problem in disagreement(path, row["connections"])]


def disagreement(path, connections):
    """Findings for one graph, without connections between pods that no policy isolates."""
    said = json.loads((path / "computed.json").read_text())
    ours = {tuple(edge) for edge in said["edges"]}
    free_out, free_in, numbers = set(said["open_out"]), set(said["open_in"]), said["ports"]
    theirs = set()
    for row in connections:
        if "[" in row["from"] and "[" in row["to"]:
            source, target = (int(pathlib.PurePath(row[end].split("[")[0]).name.removeprefix("g")) for end in ("from", "to"))
            first, last = (int(end) for end in row["ports"].split("-"))
            inside = row["protocol"] in ("TCP", EVERYTHING)
            theirs |= {(source, target, port) for port in numbers if inside and first <= port <= last}
    theirs = {edge for edge in theirs if edge[0] != edge[1] and not (edge[0] in free_out and edge[1] in free_in)}
    ours = {edge for edge in ours if edge[0] != edge[1]}
    return [Finding("", "", f"random graph {path.name}: aksgen and the analyzer disagree on {edge}") for edge in sorted(ours ^ theirs)]
