"""API server on loopback: etcd and kube-apiserver with installed CRDs. Both end with the block."""

import contextlib
import hashlib
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request

import ecdsa

from .tools import in_use

TOKEN = "conformance"
START_SECONDS = 90


@contextlib.contextmanager
def server(context, seed=None):
    """Yields the address of a server. `seed` is a copy of an etcd directory."""
    with tempfile.TemporaryDirectory(dir=context.work) as folder, contextlib.ExitStack() as stack:
        home = pathlib.Path(folder)
        if seed:
            shutil.copytree(seed, home / "etcd")
        client, peer, port = free_ports(3)
        etcd = start(stack, etcd_command(context, home, client, peer), home / "etcd.log")
        api = start(stack, apiserver_command(context, home, client, port), home / "apiserver.log")
        address = f"https://127.0.0.1:{port}"
        wait_until_ready(address, {"etcd": etcd, "apiserver": api}, home)
        yield address, home


def seeded(context):
    """Cached etcd directory with all CRDs."""
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in sorted(context.crds.glob("*.json"))))
    digest.update(context.program("kube-apiserver").encode())
    kept = context.cache / f"crds-{digest.hexdigest()[:12]}"
    if not kept.exists():
        with server(context) as (address, home):
            context.call("apply", {"server": address, "token": TOKEN, "mode": "crds", "dir": str(context.crds)})
            stop_then_keep(home / "etcd", kept)
    in_use(kept, "crds-*")
    return kept


def stop_then_keep(directory, kept):
    """Copies the directory of a running etcd without pending writes. etcd replays the log at start."""
    time.sleep(2)
    partial = kept.with_suffix(f".{os.getpid()}")
    shutil.copytree(directory, partial)
    partial.rename(kept) if not kept.exists() else shutil.rmtree(partial)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def start(stack, command, log):
    """Starts a process that the exit of the stack terminates."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stack.enter_context(log.open("w")), stderr=subprocess.STDOUT)
    stack.callback(end, process)
    return process


def end(process):
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def etcd_command(context, home, client, peer):
    here, there = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    return [
        context.program("etcd"), "--data-dir", str(home / "etcd"), "--listen-client-urls", here, "--advertise-client-urls", here,
        "--listen-peer-urls", there, "--initial-advertise-peer-urls", there, "--initial-cluster", f"default={there}", "--force-new-cluster",
        "--unsafe-no-fsync", "--log-level", "error",
    ]


def apiserver_command(context, home, client, port):
    (home / "tokens").write_text(f'{TOKEN},admin,1,"system:masters"\n')
    (home / "accounts.pem").write_bytes(ecdsa.SigningKey.generate(ecdsa.NIST256p).to_pem())
    return [
        context.program("kube-apiserver"), "--etcd-servers", f"http://127.0.0.1:{client}", "--bind-address", "127.0.0.1", "--secure-port", str(port),
        "--cert-dir", str(home), "--token-auth-file", str(home / "tokens"), "--authorization-mode", "RBAC", "--allow-privileged=true",
        "--service-cluster-ip-range", "10.0.0.0/24", "--disable-admission-plugins", "ServiceAccount",
        "--service-account-issuer", f"https://127.0.0.1:{port}/", "--service-account-key-file", str(home / "accounts.pem"),
        "--service-account-signing-key-file", str(home / "accounts.pem"),
    ]


def wait_until_ready(address, processes, home):
    """Waits for `/readyz`. The server certificate is self-signed and new, so it is not verified."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(f"{address}/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for name, process in processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended: {(home / f'{name}.log').read_text()[-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(request, context=trusting, timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the API server was not ready within {START_SECONDS} s: {(home / 'apiserver.log').read_text()[-2000:]}")
