"""Bicep: bootstrap files parse and create the resources that Azure Service Operator adopts."""

import functools
import importlib.metadata

from ..finding import Finding

NAME = "bicep"

# Resource type in Bicep, and kind in Azure Service Operator.
KINDS = {
    "Microsoft.Authorization/roleAssignments": "RoleAssignment",
    "Microsoft.ContainerService/managedClusters": "ManagedCluster",
    "Microsoft.ContainerService/managedClusters/agentPools": "ManagedClustersAgentPool",
    "Microsoft.KeyVault/vaults": "Vault",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "UserAssignedIdentity",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials": "FederatedIdentityCredential",
    "Microsoft.Network/natGateways": "NatGateway",
    "Microsoft.Network/networkSecurityGroups": "NetworkSecurityGroup",
    "Microsoft.Network/networkSecurityGroups/securityRules": "NetworkSecurityGroupsSecurityRule",
    "Microsoft.Network/publicIPAddresses": "PublicIPAddress",
    "Microsoft.Network/virtualNetworks": "VirtualNetwork",
    "Microsoft.Network/virtualNetworks/subnets": "VirtualNetworksSubnet",
    "Microsoft.Resources/resourceGroups": "ResourceGroup",
}

# Fields with different names in Bicep and Azure Service Operator.
RENAMED = {"roleDefinitionId": "roleDefinitionReference.armId"}
# Fields that only Bicep sets. The autoscaler changes them later.
ONCE = {"count"}


def version():
    return f"pycep {importlib.metadata.version('pycep-parser')}"


def check(cases, context):
    findings, seen = [], set()
    for case in cases:
        for path in sorted(case.dir.glob("bootstrap/**/*.bicep")):
            environment = path.relative_to(case.dir).parts[1]
            key = (path.read_text(), tuple(one.text for one in case.of(environment)))
            if key not in seen:
                seen.add(key)
                findings += check_file(case, environment, path)
    return len(seen), findings


@functools.cache
def parser():
    import pycep

    return pycep.BicepParser()


def check_file(case, environment, path):
    file = str(path.relative_to(case.dir))
    try:
        parsed = parser().parse(text=path.read_text())
    except Exception as error:  # noqa: BLE001 - the parser has no exception type
        return [Finding(case.name, file, f"it does not parse: {str(error).splitlines()[0]}")]
    adopted = {}
    for one in case.of(environment):
        spec = one.value.get("spec") or {}
        if ".azure.com/" in one.value["apiVersion"]:
            adopted.setdefault(one.kind, {})[spec.get("azureName", one.value["metadata"]["name"])] = spec
    rule = foreign if path.parent.name == "roles" else compare
    problems = [problem for resource in parsed.get("resources", {}).values() for problem in rule(resource, parsed, adopted)]
    return [Finding(case.name, file, problem) for problem in problems]


def compare(resource, parsed, adopted):
    """Requires an adopting object with the same name and the same fields."""
    kind = KINDS.get(resource["type"])
    if resource.get("existing") or kind is None:
        return
    name = literal(resource["config"].get("name"), parsed)
    if name not in adopted.get(kind, {}):
        yield f"{resource['type']} `{name}`: no {kind} adopts it; there is: {', '.join(adopted.get(kind, {})) or 'none'}"
        return
    spec = adopted[kind][name]
    properties = dict(resource["config"].get("properties", {}))
    # The operator adopts the first pools of a cluster as objects of their own.
    for pool in properties.pop("agentPoolProfiles", []):
        yield from compare({"type": f"{resource['type']}/agentPools", "config": {"name": pool["name"], "properties": pool}}, parsed, adopted)
    for path, mine in leaves({**resource["config"], **properties}):
        mine, theirs = literal(mine, parsed), at(spec, path)
        if theirs is not None and theirs != mine:
            yield f"{resource['type']} `{name}`: `{'.'.join(map(str, path))}` is {mine} here and {theirs} in {kind}"


def foreign(resource, parsed, adopted):
    """Allows only role assignments that the operator does not own, for identities that it adopts."""
    kind, name = KINDS.get(resource["type"]), literal(resource["config"].get("name"), parsed)
    there = name in adopted.get(kind, {})
    if kind == "UserAssignedIdentity" and not there:
        yield f"identity `{name}`: no object creates it; there is: {', '.join(adopted.get(kind, {})) or 'none'}"
    if not resource.get("existing") and (kind != "RoleAssignment" or there):
        yield f"{resource['type']} `{name}`: the operator owns it, so it must not be in the group of another team"


def leaves(value, path=()):
    """All plain values with their paths, without expressions."""
    if isinstance(value, dict) and "operator" not in value:
        for key, inner in value.items():
            if (path, key) != ((), "properties") and key not in ONCE:
                yield from leaves(inner, (*path, *RENAMED.get(key, key).split(".")))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    elif not isinstance(value, dict):
        yield path, value


def at(value, path):
    for key in path:
        if isinstance(value, list) and isinstance(key, int):
            value = value[key] if key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return None if isinstance(value, (dict, list)) else value


def literal(value, parsed):
    """Value of a literal, variable or parameter."""
    if isinstance(value, str):
        for table, key in (("variables", "value"), ("parameters", "default")):
            if value in parsed.get(table, {}):
                return literal(parsed[table][value].get(key), parsed)
    return value
