#!/usr/bin/env python3
"""Writes the benchmark's logs: generate.py audit|docker BYTES OUTPUT. Deterministic; standard library only."""
import json
import random
import sys

SEED = 1610
NAMESPACES = ["shop", "billing", "search", "ml-team", "monitoring", "kube-system", "ci", "default"]
APPS = ["web", "api", "worker", "cart", "ledger", "indexer", "gateway", "mailer", "trainer", "exporter"]
USERS = ["alice@example.test", "bob@example.test", "system:serviceaccount:ci:deployer", "system:serviceaccount:argocd:argocd"]
NODES = [f"node-{i}" for i in range(40)]


def hexes(rng, n):
    return "".join(rng.choice("0123456789abcdef") for _ in range(n))


def uid(rng):
    h = hexes(rng, 32)
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def stamp(n):
    return "2026-11-24T%02d:%02d:%02d.%06dZ" % (n // 3600 % 24, n // 60 % 60, n % 60, n * 7919 % 1000000)


def pod_spec(rng, app, ns):
    env = [{"name": f"{app.upper()}_OPTION_{i}", "value": hexes(rng, 12)} for i in range(6)]
    container = {
        "name": app,
        "image": f"registry.example.test/{ns}/{app}:{rng.randrange(1, 90)}.{rng.randrange(20)}",
        "args": ["serve", f"--listen=:{8000 + rng.randrange(900)}", "--log-format=json", f"--shard={rng.randrange(64)}"],
        "env": env,
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [
            {"name": "config", "mountPath": f"/etc/{app}", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},
        ],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
        },
    }
    return {
        "volumes": [{"name": "config", "configMap": {"name": f"{app}-config"}}, {"name": "tmp", "emptyDir": {}}],
        "containers": [container],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": app,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "schedulerName": "default-scheduler",
    }


def meta(rng, app, ns, name):
    return {
        "name": name,
        "namespace": ns,
        "uid": uid(rng),
        "resourceVersion": str(rng.randrange(10**8)),
        "creationTimestamp": "2026-11-24T00:00:00Z",
        "labels": {"app": app, "team": ns, "pod-template-hash": hexes(rng, 10)},
        "managedFields": [
            {
                "manager": "kube-controller-manager",
                "operation": "Update",
                "apiVersion": "v1",
                "time": "2026-11-24T00:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:app": {}, "f:team": {}}}, "f:spec": {"f:replicas": {}}},
            }
        ],
    }


def base(rng, n, level, verb, uri, user, agent, ref, code):
    groups = ["system:authenticated"] if not user.startswith("system:") else ["system:serviceaccounts", "system:authenticated"]
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": level,
        "auditID": uid(rng),
        "stage": "ResponseComplete",
        "requestURI": uri,
        "verb": verb,
        "user": {"username": user, "groups": groups},
        "sourceIPs": [f"10.0.{rng.randrange(256)}.{rng.randrange(1, 255)}"],
        "userAgent": agent,
        "objectRef": ref,
        "responseStatus": {"metadata": {}, "code": code},
        "requestReceivedTimestamp": stamp(n),
        "stageTimestamp": stamp(n),
        "annotations": {
            "authorization.k8s.io/decision": "allow",
            "authorization.k8s.io/reason": f'RBAC: allowed by ClusterRoleBinding "{user}" of ClusterRole "edit" to User "{user}"',
        },
    }


class Workload:
    """A Deployment, DaemonSet or StatefulSet with its present template; its pods are copies of that."""

    def __init__(self, rng, ns, app, kind):
        self.ns, self.app, self.kind = ns, app, kind
        self.renew(rng)

    def renew(self, rng):
        """A new revision: another image, other settings."""
        self.hash = hexes(rng, 10)
        self.spec = pod_spec(rng, self.app, self.ns)
        if rng.random() < 0.05:
            self.spec["hostPID"] = True
            self.spec["containers"][0]["securityContext"] = {"privileged": True}
            self.spec["volumes"].append({"name": "root", "hostPath": {"path": "/"}})

    @property
    def owner(self):
        """Kind and name of what owns its pods."""
        return ("ReplicaSet", f"{self.app}-{self.hash}") if self.kind == "Deployment" else (self.kind, self.app)

    @property
    def controller(self):
        return {"Deployment": "replicaset", "DaemonSet": "daemon-set", "StatefulSet": "statefulset"}[self.kind] + "-controller"


class Cluster:
    """What the log's events are about, and those that follow from others."""

    def __init__(self, rng):
        kinds = ["Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet"]
        self.workloads = [Workload(rng, ns, app, rng.choice(kinds)) for ns in NAMESPACES for app in APPS]
        self.due = []

    def event(self, rng, n):
        return self.due.pop(0) if self.due and rng.random() < 0.2 else audit_event(rng, n, self)


def with_token(rng, spec):
    """The spec as the API server answers it: every pod is given its account's token."""
    name = f"kube-api-access-{hexes(rng, 5)}"
    mount = {"name": name, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    volume = {"name": name, "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}], "defaultMode": 420}}
    containers = [{**container, "volumeMounts": container["volumeMounts"] + [mount]} for container in spec["containers"]]
    return {**spec, "volumes": spec["volumes"] + [volume], "containers": containers}


def created(rng, n, resource, group, whole, user, agent, answer=None):
    """A create with its object and the server's answer."""
    ns, name = whole["metadata"]["namespace"], whole["metadata"]["name"]
    prefix = "/api/v1" if group == "" else f"/apis/{group}/v1"
    ref = {"resource": resource, "namespace": ns, "name": name, "apiVersion": "v1"} | ({"apiGroup": group} if group else {})
    event = base(rng, n, "RequestResponse", "create", f"{prefix}/namespaces/{ns}/{resource}", user, agent, ref, 201)
    event["requestObject"] = whole
    event["responseObject"] = answer or whole
    return event


def pod_event(rng, n, workload):
    m = meta(rng, workload.app, workload.ns, f"{workload.owner[1]}-{hexes(rng, 5)}")
    m["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": workload.owner[0], "name": workload.owner[1], "uid": uid(rng), "controller": True}]
    whole = {"kind": "Pod", "apiVersion": "v1", "metadata": m, "spec": workload.spec}
    answer = {**whole, "spec": with_token(rng, workload.spec), "status": {"phase": "Pending", "qosClass": "Burstable"}}
    user = f"system:serviceaccount:kube-system:{workload.controller}"
    return created(rng, n, "pods", "", whole, user, "kube-controller-manager/v1.36.2", answer)


def replica_set_event(rng, n, workload):
    m = meta(rng, workload.app, workload.ns, workload.owner[1])
    m["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.app, "uid": uid(rng), "controller": True}]
    template = {"metadata": {"labels": {"app": workload.app}}, "spec": workload.spec}
    whole = {"kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": m, "spec": {"replicas": 3, "template": template}}
    user = "system:serviceaccount:kube-system:deployment-controller"
    return created(rng, n, "replicasets", "apps", whole, user, "kube-controller-manager/v1.36.2")


def workload_event(rng, n, cluster):
    """A person or a deployer makes or changes a workload; its controllers follow."""
    workload = rng.choice(cluster.workloads)
    workload.renew(rng)
    plural = workload.kind.lower() + "s"
    verb, code = rng.choice([("create", 201), ("update", 200)])
    uri = f"/apis/apps/v1/namespaces/{workload.ns}/{plural}" + ("" if verb == "create" else f"/{workload.app}")
    ref = {"resource": plural, "namespace": workload.ns, "name": workload.app, "apiGroup": "apps", "apiVersion": "v1"}
    event = base(rng, n, "RequestResponse", verb, uri, rng.choice(USERS), "kubectl/v1.36.2 (linux/amd64) kubernetes/5e5a8a3", ref, code)
    template = {"metadata": {"labels": {"app": workload.app}}, "spec": workload.spec}
    whole = {"kind": workload.kind, "apiVersion": "apps/v1", "metadata": meta(rng, workload.app, workload.ns, workload.app),
             "spec": {"replicas": 3, "selector": {"matchLabels": {"app": workload.app}}, "template": template}}
    event["requestObject"] = whole
    event["responseObject"] = whole
    if workload.kind == "Deployment":
        cluster.due.append(replica_set_event(rng, n, workload))
    cluster.due += [pod_event(rng, n, workload) for _ in range(3)]
    return event


def audit_event(rng, n, cluster):
    ns, app = rng.choice(NAMESPACES), rng.choice(APPS)
    node = rng.choice(NODES)
    name = f"{app}-{hexes(rng, 10)}-{hexes(rng, 5)}"
    pick = rng.random()
    if pick < 0.34:
        verb, resource = rng.choice([("get", "pods"), ("list", "pods"), ("watch", "configmaps"), ("get", "secrets"), ("list", "services")])
        uri = f"/api/v1/namespaces/{ns}/{resource}?limit=500&resourceVersion={rng.randrange(10**8)}"
        ref = {"resource": resource, "namespace": ns, "apiVersion": "v1"}
        return base(rng, n, "Metadata", verb, uri, f"system:node:{node}", "kubelet/v1.36.2 (linux/amd64) kubernetes/5e5a8a3", ref, 200)
    if pick < 0.58:
        uri = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{node}?timeout=10s"
        ref = {"resource": "leases", "namespace": "kube-node-lease", "name": node, "apiGroup": "coordination.k8s.io", "apiVersion": "v1"}
        return base(rng, n, "Metadata", "update", uri, f"system:node:{node}", "kubelet/v1.36.2 (linux/amd64) kubernetes/5e5a8a3", ref, 200)
    if pick < 0.66:
        uri = f"/api/v1/namespaces/{ns}/events"
        ref = {"resource": "events", "namespace": ns, "name": f"{name}.{hexes(rng, 16)}", "apiVersion": "v1"}
        event = base(rng, n, "Request", "create", uri, f"system:node:{node}", "kubelet/v1.36.2 (linux/amd64) kubernetes/5e5a8a3", ref, 201)
        event["requestObject"] = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": name, "namespace": ns}, "reason": "Pulled",
                                  "message": f"Container image {app} already present on machine", "type": "Normal", "count": rng.randrange(9)}
        return event
    if pick < 0.84:
        kind = rng.choice(["deployments", "replicasets", "pods"])
        group = "" if kind == "pods" else "apps"
        prefix = "/api/v1" if kind == "pods" else "/apis/apps/v1"
        uri = f"{prefix}/namespaces/{ns}/{kind}/{app}/status"
        ref = {"resource": kind, "namespace": ns, "name": app, "apiGroup": group, "apiVersion": "v1", "subresource": "status"}
        event = base(rng, n, "RequestResponse", "update", uri, "system:kube-controller-manager", "kube-controller-manager/v1.36.2", ref, 200)
        whole = {"metadata": meta(rng, app, ns, app), "spec": {"replicas": 3, "template": {"metadata": {"labels": {"app": app}}, "spec": pod_spec(rng, app, ns)}},
                 "status": {"replicas": 3, "readyReplicas": 3, "observedGeneration": rng.randrange(99)}}
        event["requestObject"] = whole
        event["responseObject"] = whole
        return event
    if pick < 0.90:
        return pod_event(rng, n, rng.choice(cluster.workloads))
    if pick < 0.97:
        uri = f"/api/v1/namespaces/{ns}/pods/{name}/binding"
        ref = {"resource": "pods", "namespace": ns, "name": name, "apiVersion": "v1", "subresource": "binding"}
        event = base(rng, n, "Request", "create", uri, "system:kube-scheduler", "kube-scheduler/v1.36.2", ref, 201)
        event["requestObject"] = {"kind": "Binding", "apiVersion": "v1", "metadata": {"name": name}, "target": {"kind": "Node", "name": node}}
        return event
    if pick < 0.992:
        return workload_event(rng, n, cluster)
    uri = f"/api/v1/namespaces/{ns}/pods/{name}/exec?command=sh&command=-c&command=date&container={app}&stdout=true"
    ref = {"resource": "pods", "namespace": ns, "name": name, "apiVersion": "v1", "subresource": "exec"}
    return base(rng, n, "Metadata", "get", uri, rng.choice(USERS), "kubectl/v1.36.2 (linux/amd64) kubernetes/5e5a8a3", ref, 101)


def docker_lines(rng, n):
    t = f'time="{stamp(n)}" level='

    def debug(message):
        return t + "debug msg=" + json.dumps(message)

    pick = rng.random()
    cid = hexes(rng, 64)
    if pick < 0.55:
        return [debug(rng.choice([f"Calling GET /v1.41/containers/{cid}/json", "Calling HEAD /_ping", "Calling GET /v1.41/containers/json?all=1",
                                  f"Calling GET /v1.41/containers/{cid}/stats?stream=false", "Calling GET /v1.41/events"]))]
    if pick < 0.8:
        return [debug(f"event") + f' module=libcontainerd namespace=moby topic=/tasks/{rng.choice(["create", "start", "exit"])}',
                t + f'info msg="ignoring event" container={cid} module=libcontainerd namespace=moby topic=/tasks/delete type="*events.TaskDelete"']
    if pick < 0.9:
        return [debug(f"Assigning addresses for endpoint web's interface on network bridge"), debug(f"Programming external connectivity on endpoint web ({cid})"),
                debug(f"sandbox set key processing took {rng.randrange(99)}.{rng.randrange(999)}ms for container {cid}")]
    app, ns = rng.choice(APPS), rng.choice(NAMESPACES)
    body = {"AttachStderr": False, "Cmd": ["serve", f"--shard={rng.randrange(64)}"], "Domainname": "", "Entrypoint": None,
            "Env": [f"OPTION_{i}={hexes(rng, 12)}" for i in range(5)],
            "HostConfig": {"AutoRemove": False, "Binds": [f"{app}-data:/var/lib/{app}"], "BlkioWeight": 0, "CapAdd": None, "CapDrop": ["ALL"], "CgroupParent": "",
                           "ConsoleSize": [0, 0], "CpuShares": 0, "Devices": [], "Dns": [], "ExtraHosts": None, "IpcMode": "", "LogConfig": {"Config": {}, "Type": ""},
                           "Memory": 0, "NetworkMode": "default", "PidMode": "", "PortBindings": {}, "Privileged": False, "ReadonlyRootfs": True,
                           "RestartPolicy": {"MaximumRetryCount": 0, "Name": "unless-stopped"}, "SecurityOpt": None, "UTSMode": "", "UsernsMode": "", "VolumesFrom": None},
            "Hostname": "", "Image": f"registry.example.test/{ns}/{app}:{rng.randrange(90)}", "Labels": {"team": ns}, "NetworkingConfig": {"EndpointsConfig": {}},
            "OnBuild": None, "OpenStdin": False, "StdinOnce": False, "Tty": False, "User": "1000", "Volumes": {}, "WorkingDir": ""}
    if rng.random() < 0.02:
        body["HostConfig"]["Privileged"] = True
        body["HostConfig"]["Binds"] = ["/:/host"]
    name = f"{app}-{hexes(rng, 6)}"
    return [debug(f"Calling POST /v1.41/containers/create?name={name}"), debug("form data: " + json.dumps(body, separators=(",", ":"), sort_keys=True)),
            debug(f"container mounted via layerStore: &{{/var/lib/docker/overlay2/{cid}/merged 0x55d 0x55d}}") + f" container={cid}",
            debug(f"Calling POST /v1.41/containers/{cid}/start")]


def main():
    kind, wanted, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(SEED)
    written = n = 0
    cluster = Cluster(rng)
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as out:
        while written < wanted:
            n += 1
            if kind == "audit":
                text = json.dumps(cluster.event(rng, n // 200), separators=(",", ":")) + "\n"
            else:
                text = "\n".join(docker_lines(rng, n // 200)) + "\n"
            out.write(text)
            written += len(text)
    print(f"{path}: {written} bytes, {n} {'events' if kind == 'audit' else 'groups of lines'}", file=sys.stderr)


main()
