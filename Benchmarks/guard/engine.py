"""A Docker engine of the benchmark's own, in the namespaces that Scripts/docker-lab opens, with an image and containers."""
import contextlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import time
import urllib.parse

from servers import Server, ask, ask_json

LABEL = "tidewaiter.bench"
IMAGE = "bench/web:1"


@contextlib.contextmanager
def engine(lab, directory):
    """The engine's server, with a handful of containers made."""
    opened = subprocess.Popen([lab, "open", directory], stdin=subprocess.PIPE)
    try:
        pid = os.path.join(directory, "init.pid")
        while not os.path.exists(pid):
            if opened.poll() is not None:
                raise SystemExit("no namespaces could be opened")
            time.sleep(0.05)
        with open(os.path.join(directory, "daemon.json"), "w") as file:
            file.write("{}")
        path = os.path.join(directory, "docker.sock")
        server = Server("engine", path, [lab, "engine", directory], os.path.join(directory, "engine.log"))
        server.until_ready()
        import_image(path)
        for number in range(5):
            body = deployment(IMAGE) | {"Labels": {"com.example.team": "platform"}}
            ask_json(path, "POST", f"/containers/create?name=service-{number}", body)
        yield server
    finally:
        opened.stdin.close()
        opened.wait(30)
        shutil.rmtree(directory, ignore_errors=True)


def import_image(path):
    """Makes an image of the machine's own static busybox."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.add(shutil.which("busybox"), "bin/busybox")
    name, tag = IMAGE.split(":")
    status, body = ask(path, "POST", f"/images/create?fromSrc=-&repo={name}&tag={tag}", tar.getvalue(), "application/x-tar")
    if status != 200:
        raise SystemExit(f"the image was not imported: {body.decode(errors='replace')}")


def deployment(image):
    """The body of a create, as the docker command writes it, of a container that nobody minds."""
    return {
        "Hostname": "", "Domainname": "", "User": "1000:1000", "AttachStdin": False, "AttachStdout": True,
        "AttachStderr": True, "Tty": False, "OpenStdin": False, "StdinOnce": False,
        "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "STAGE=production"],
        "Cmd": ["/bin/busybox", "httpd", "-f", "-p", "8080"], "Image": image, "Volumes": {}, "WorkingDir": "/srv",
        "Entrypoint": None, "OnBuild": None, "Labels": {LABEL: "1"}, "ExposedPorts": {"8080/tcp": {}},
        "HostConfig": {
            "Binds": None, "ContainerIDFile": "", "LogConfig": {"Type": "", "Config": {}}, "NetworkMode": "default",
            "PortBindings": {}, "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0}, "AutoRemove": False,
            "VolumeDriver": "", "VolumesFrom": None, "CapAdd": None, "CapDrop": ["ALL"], "CgroupnsMode": "",
            "Dns": [], "DnsOptions": [], "DnsSearch": [], "ExtraHosts": None, "GroupAdd": None, "IpcMode": "",
            "Cgroup": "", "Links": None, "OomScoreAdj": 0, "PidMode": "", "Privileged": False, "PublishAllPorts": False,
            "ReadonlyRootfs": True, "SecurityOpt": ["no-new-privileges"], "UTSMode": "", "UsernsMode": "", "ShmSize": 0,
            "ConsoleSize": [0, 0], "Isolation": "", "CpuShares": 0, "Memory": 268435456, "NanoCpus": 0,
            "CgroupParent": "", "BlkioWeight": 0, "Devices": [], "DeviceCgroupRules": None, "DeviceRequests": None,
            "PidsLimit": 100, "Ulimits": None, "MaskedPaths": None, "ReadonlyPaths": None,
        },
        "NetworkingConfig": {"EndpointsConfig": {}},
    }  # fmt: skip


def remove_made(path):
    """Removes what the creates made."""
    filters = urllib.parse.quote(json.dumps({"label": [LABEL]}))
    for container in ask_json(path, "GET", f"/containers/json?all=1&filters={filters}"):
        ask(path, "DELETE", f"/containers/{container['Id']}?force=1")
