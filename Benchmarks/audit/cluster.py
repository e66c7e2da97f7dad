"""Writes a cluster of 5,000 pods and 2,000 bindings as `kubectl get -o json` would: DIR/cluster/*.json."""
import json
import pathlib
import random
import sys

folder = pathlib.Path(sys.argv[1]) / "cluster"
folder.mkdir(parents=True, exist_ok=True)
chance = random.Random(1610)
namespaces = [f"team-{number}" for number in range(200)]


def write(resource, kind, api, items):
    text = json.dumps({"apiVersion": api, "kind": f"{kind}List", "metadata": {}, "items": items})
    (folder / f"{resource}.json").write_text(text)


def named(name, namespace=None, **more):
    metadata = {"name": name, "uid": f"{chance.getrandbits(128):032x}", "creationTimestamp": "2026-11-01T00:00:00Z"}
    if namespace:
        metadata["namespace"] = namespace
    metadata.update(more)
    return metadata


def template(application, image):
    return {
        "metadata": {"labels": {"app": application, "pod-template-hash": "5d4f8c7b9"}},
        "spec": {
            "serviceAccountName": "default",
            "containers": [{
                "name": application, "image": image, "args": ["serve", "--port=8080"],
                "env": [{"name": f"SETTING_{number}", "value": "x" * 20} for number in range(10)],
                "ports": [{"containerPort": 8080}],
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
                "securityContext": {"allowPrivilegeEscalation": False, "runAsNonRoot": True},
                "volumeMounts": [{"name": "kube-api-access", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}],
            }],
            "volumes": [{"name": "kube-api-access", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}],
        },
    }


applications = [(f"app-{number}", namespaces[number % 200]) for number in range(1000)]
pods = []
for number in range(5000):
    application, namespace = applications[number % 1000]
    pod = template(application, f"registry.example.test/shop/{application}:1.{number % 7}")
    pod["metadata"] |= named(f"{application}-5d4f8c7b9-{number:05d}", namespace)
    pod["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{application}-5d4f8c7b9", "controller": True}
    ]
    pod["status"] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}] * 4}
    pods.append(pod)
write("pods", "Pod", "v1", pods)
write("deployments", "Deployment", "apps/v1", [
    {"metadata": named(name, namespace), "spec": {"replicas": 5, "selector": {"matchLabels": {"app": name}},
                                                  "template": template(name, f"registry.example.test/shop/{name}:1.0")}}
    for name, namespace in applications
])
write("services", "Service", "v1", [
    {"metadata": named(name, namespace), "spec": {"type": "ClusterIP", "selector": {"app": name}, "ports": [{"port": 80}]}}
    for name, namespace in applications
])
write("namespaces", "Namespace", "v1", [
    {"metadata": named(name, labels={"pod-security.kubernetes.io/enforce": "baseline"})} for name in namespaces
])
write("networkpolicies", "NetworkPolicy", "networking.k8s.io/v1", [
    {"metadata": named("default-deny", name), "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}} for name in namespaces
])
write("serviceaccounts", "ServiceAccount", "v1", [{"metadata": named("default", name)} for name in namespaces])
kinds = ["pods", "deployments", "services", "configmaps", "secrets", "jobs", "cronjobs", "statefulsets", "ingresses"]
groups = {"deployments": "apps", "statefulsets": "apps", "jobs": "batch", "cronjobs": "batch", "ingresses": "networking.k8s.io"}
verbs = ["get", "list", "watch", "create", "update", "patch", "delete"]


def rules():
    return [
        {"apiGroups": [groups.get(kind, "")], "resources": [kind], "verbs": chance.sample(verbs, chance.randint(1, 5))}
        for kind in chance.sample(kinds, 4)
    ]


write("clusterroles", "ClusterRole", "rbac.authorization.k8s.io/v1",
      [{"metadata": named(f"role-{number}"), "rules": rules()} for number in range(200)])
write("roles", "Role", "rbac.authorization.k8s.io/v1",
      [{"metadata": named("team", name), "rules": rules()} for name in namespaces])


def binding(number, kind):
    subjects = [{"kind": "User", "name": f"user-{chance.randint(0, 500)}"},
                {"kind": "Group", "name": f"group-{chance.randint(0, 50)}"},
                {"kind": "ServiceAccount", "name": "default", "namespace": chance.choice(namespaces)}]
    return {"metadata": named(f"binding-{number}", None if kind == "ClusterRoleBinding" else namespaces[number % 200]),
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": f"role-{number % 200}"},
            "subjects": subjects}


write("clusterrolebindings", "ClusterRoleBinding", "rbac.authorization.k8s.io/v1",
      [binding(number, "ClusterRoleBinding") for number in range(200)])
write("rolebindings", "RoleBinding", "rbac.authorization.k8s.io/v1",
      [binding(number, "RoleBinding") for number in range(1800)])
for resource, kind, api in [
    ("daemonsets", "DaemonSet", "apps/v1"), ("statefulsets", "StatefulSet", "apps/v1"), ("jobs", "Job", "batch/v1"),
    ("cronjobs", "CronJob", "batch/v1"), ("ingresses", "Ingress", "networking.k8s.io/v1"), ("nodes", "Node", "v1"),
    ("secrets", "Secret", "v1"), ("configmaps", "ConfigMap", "v1"),
    ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"),
    ("customresourcedefinitions", "CustomResourceDefinition", "apiextensions.k8s.io/v1"),
]:
    write(resource, kind, api, [])
