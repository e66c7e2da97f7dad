"""Short records of a cluster at work and of an engine, with times that go on and names that are never the same."""
import random
import time

NAMES = ["web", "api", "worker", "cart", "ledger", "indexer", "gateway", "mailer", "trainer", "exporter"]
# Of a thousand records of the cluster; the rest are leases. A deployment costs more than all else together.
READS, EXECS, PODS = 560, 4, 30
DANGEROUS = 1000

HEAD = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"%s","auditID":"%s","stage":"ResponseComplete",'
TAIL = (
    '"requestReceivedTimestamp":"%s","stageTimestamp":"%s",'
    '"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}\n'
)
READ = (
    '"requestURI":"/api/v1/namespaces/%s/%s?limit=500","verb":"%s","user":{"username":"%s","groups":'
    '["system:nodes","system:authenticated"]},"sourceIPs":["10.0.%d.%d"],"userAgent":"kubelet/v1.36.2",'
    '"objectRef":{"resource":"%s","namespace":"%s","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},'
)
LEASE = (
    '"requestURI":"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/%s?timeout=10s","verb":"update",'
    '"user":{"username":"system:node:%s","groups":["system:nodes","system:authenticated"]},'
    '"sourceIPs":["10.0.%d.%d"],"userAgent":"kubelet/v1.36.2","objectRef":{"resource":"leases",'
    '"namespace":"kube-node-lease","name":"%s","apiGroup":"coordination.k8s.io","apiVersion":"v1"},'
    '"responseStatus":{"metadata":{},"code":200},'
)
EXEC = (
    '"requestURI":"/api/v1/namespaces/%s/pods/%s/exec?command=date&container=app&stdout=true","verb":"create",'
    '"user":{"username":"%s","groups":["system:authenticated"]},"sourceIPs":["10.1.%d.%d"],'
    '"userAgent":"kubectl/v1.36.2","objectRef":{"resource":"pods","namespace":"%s","name":"%s","apiVersion":"v1",'
    '"subresource":"exec"},"responseStatus":{"metadata":{},"code":101},'
)
POD = (
    '"requestURI":"/api/v1/namespaces/%s/pods","verb":"create","user":{"username":"%s","groups":'
    '["system:authenticated"]},"sourceIPs":["10.2.%d.%d"],"userAgent":"kubectl/v1.36.2","objectRef":{"resource":'
    '"pods","namespace":"%s","name":"%s","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":201},'
    '"requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"%s","namespace":"%s"},"spec":{%s'
    '"containers":[{"name":"app","image":"%s","args":["serve","--shard=%d"],"securityContext":{%s'
    '"runAsNonRoot":true,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}}],'
    '"automountServiceAccountToken":false}},'
)
CREATE = (
    'time="%s" level=debug msg="Calling POST /v1.45/containers/create?name=%s"\n'
    'time="%s" level=debug msg="form data: {\\"Cmd\\":[\\"serve\\"],\\"HostConfig\\":{\\"Binds\\":'
    '[\\"%s:/var/lib/app\\"],\\"CapDrop\\":[\\"ALL\\"],\\"Privileged\\":%s,\\"ReadonlyRootfs\\":true},'
    '\\"Image\\":\\"%s\\",\\"User\\":\\"1000\\"}"\n'
)
PING = 'time="%s" level=debug msg="Calling HEAD /_ping"\n'
INSPECT = 'time="%s" level=debug msg="Calling GET /v1.45/containers/%s/json"\n'


class Records:
    """Makes chunks of records; deterministic but for the times, which are now."""

    # So many different records that deploy nothing; what tells them apart besides is their ids and times.
    COMMON = 5_000

    def __init__(self):
        self.random = random.Random(1610)
        self.made = self.deployed = 0
        self.common = [self.read() if self.random.randrange(1000) < READS else self.lease() for _ in range(self.COMMON)]
        self.lines = [INSPECT % ("%s", f"{self.random.getrandbits(256):064x}") for _ in range(self.COMMON)]
        self.lines[::2] = [PING] * len(self.lines[::2])

    def audit(self, count):
        """So many records of an API server."""
        texts, common, now = [], self.common, stamp()
        tail = TAIL % (now, now)
        shares = self.random.choices(range(3), (PODS, EXECS, 1000 - PODS - EXECS), k=count)
        for number, pick in enumerate(shares, self.made):
            id = f"{number:08x}-1610-4000-8000-{number * 2654435761 & 0xFFFFFFFFFFFF:012x}"
            if pick == 2:
                texts.append(HEAD % ("Metadata", id) + common[number % self.COMMON] + tail)
            else:
                level, body = ("Metadata", self.exec()) if pick else ("Request", self.pod())
                texts.append(HEAD % (level, id) + body + tail)
        self.made += count
        return "".join(texts).encode()

    def docker(self, count):
        """So many lines of an engine's log, or one more, and their number."""
        texts, made, now = [], 0, stamp()
        picks = iter(self.random.choices((True, False), (PODS, 1000 - PODS), k=count))
        while made < count:
            if next(picks):
                self.deployed += 1
                name = f"job-{self.deployed:x}"
                privileged = "true" if self.deployed % DANGEROUS == 0 else "false"
                image = f"registry-{self.deployed % 60_000}.example.test/job/{name}:1"
                texts.append(CREATE % (now, name, now, name, privileged, image))
                made += 2
            else:
                texts.append(self.lines[made % self.COMMON] % now)
                made += 1
        return "".join(texts).encode(), made

    def host(self):
        return self.random.randrange(256), self.random.randrange(256)

    def read(self):
        rng = self.random
        kind, space = rng.choice(("pods", "configmaps", "secrets", "services")), f"team-{rng.randrange(20_000)}"
        user = f"system:node:node-{rng.randrange(1024)}"
        return READ % (space, kind, rng.choice(("get", "list")), user, *self.host(), kind, space)

    def lease(self):
        node = f"node-{self.random.randrange(1024)}"
        return LEASE % (node, node, *self.host(), node)

    def exec(self):
        rng = self.random
        pod, space = f"{rng.choice(NAMES)}-{rng.getrandbits(32):x}", f"team-{rng.randrange(20_000)}"
        user = f"dev-{rng.randrange(50_000)}@example.test"
        return EXEC % (space, pod, user, *self.host(), space, pod)

    def pod(self):
        """A pod of a name, an image and mostly of a user that never were there before."""
        self.deployed += 1
        number, rng = self.deployed, self.random
        space, name = f"team-{rng.randrange(60_000)}", f"{rng.choice(NAMES)}-{number:x}"
        user = f"user-{number if number % 4 else number // 64}@example.test"
        image = f"registry-{number % 60_000}.example.test/{space}/{name}:1.{number % 97}"
        is_dangerous = number % DANGEROUS == 0
        host = '"hostPID":true,' if is_dangerous else ""
        power = '"privileged":true,' if is_dangerous else '"privileged":false,"allowPrivilegeEscalation":false,'
        return POD % (space, user, *self.host(), space, name, name, space, host, image, number % 64, power)


def stamp():
    moment = time.time_ns() // 1000
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1_000_000)) + f".{moment % 1_000_000:06}Z"
