internal import Sigma

extension Check {
    /// Whether the Kubernetes API can be had in plain HTTP.
    static let plainAPI = Check(
        id: "TW-M1035-023",
        title: "Kubernetes API In Plain HTTP, Or kubectl proxy Exposed",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what answers as the Kubernetes API in plain HTTP; --insecure-port; the arguments of kubectl proxy",
        passes: "nothing does but a kubectl proxy with its filters, at a loopback address",
        remedy: "stop it: kubectl port-forward and an own kubeconfig do what it was for",
        references: [
            "kubescape C-0005",
            "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/",
        ]
    ) { evidence in
        guard let host = evidence.host.value else { return evidence.insecurePorts(known: false) }
        let proxies = (host.processes.value ?? []).compactMap { KubectlProxy($0, in: host) }
        // What answers does so whoever it is: whether processes could be read, or not.
        let found = proxies.map(\.result) + plainAnswers(in: host, but: proxies)
        if case .unreadable(let reason) = host.processes {
            return found + [CheckResult(.unknown, subject: "", "processes could not be read: \(reason)")]
        }
        return found + evidence.insecurePorts(known: !found.isEmpty)
    } fix: { evidence in
        guard let host = evidence.host.value else { return [] }
        let proxies = (host.processes.value ?? []).compactMap { KubectlProxy($0, in: host) }
        let ends = proxies.filter { $0.result.outcome == .fail }.map { proxy in
            Fix(
                "Have kubectl proxy answer this host alone",
                [.arguments(program: "kubectl", set: [:], removed: proxy.wideFlags)],
                commands: ["kill \(proxy.process.id)", "kubectl proxy"],
                caution: "Who used it from elsewhere needs a kubeconfig of their own."
            )
        }
        let ports = evidence.fixes(
            of: .apiServer,
            failing: { insecurePort(of: $0, evidence) ?? CheckResult(.pass, subject: "", "") }
        ) {
            $0.fix(
                "Close the API server's plain port",
                set: [:],
                removed: ["--insecure-port", "--insecure-bind-address"]
            )
        }
        let others = plainAnswers(in: host, but: proxies)
        let owners = others.map { "end what answers at \($0.subject), or have it listen at 127.0.0.1" }
        let rest = ends.isEmpty && ports.isEmpty && !owners.isEmpty
        return ends + ports
            + (rest ? [Fix("Have nobody reach the Kubernetes API in plain HTTP", [.steps(owners)])] : [])
    }

    private static func plainAnswers(in host: HostEvidence, but proxies: [KubectlProxy]) -> [CheckResult] {
        let answered = host.probes.filter { probe in
            guard probe.scheme == .http else { return false }
            // In pods much tells of which Kubernetes it was built, and gives nothing of a cluster away.
            return probe.network == nil ? probe.isKubernetesAPI : probe.listsKubernetesAPI
        }
        return answered.byPlace.compactMap { answer(at: $0.place, $0.probes, in: host, proxies) }
    }

    private static func answer(
        at place: String,
        _ probes: [Probe],
        in host: HostEvidence,
        _ proxies: [KubectlProxy]
    ) -> CheckResult? {
        guard let probe = probes.first else { return nil }
        let listener = probe.listener
        if proxies.contains(where: { $0.listens(at: listener) }) { return nil }
        let evidence = probes.map(\.words)
        return listener.isLoopback
            ? CheckResult(
                .warn,
                subject: place,
                listener.isInHostNetwork
                    ? "whoever is on this host has what this server's account has"
                    : "every process in that network has what this server's account has",
                evidence: evidence
            )
            : CheckResult(.fail, subject: place, "the Kubernetes API answers anybody in plain HTTP", evidence: evidence)
    }

    fileprivate static func insecurePort(of program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult? {
        guard let port = program.flags["insecure-port"], port != "0" else { return nil }
        return CheckResult(
            .fail,
            subject: program.subject,
            "it answers in plain HTTP without asking who it is",
            evidence: program.words("insecure-port", "insecure-bind-address")
        )
    }
}

extension Evidence {
    /// What the API servers' flags and sockets say of a plain port.
    fileprivate func insecurePorts(known isFound: Bool) -> [CheckResult] {
        if isFound, programs(.apiServer).value == nil { return [] }
        return results(of: .apiServer) { program in
            if let failure = Check.insecurePort(of: program, self) { return failure }
            let plain = (host.value?.listeners.value ?? []).filter { listener in
                program.process.map(listener.processes.contains) ?? false && [8080, 8001].contains(listener.port)
            }
            if let one = plain.first, program.flags["secure-port"] != String(one.port) {
                return CheckResult(
                    .warn,
                    subject: program.subject,
                    "it listens at a port that was once the plain one",
                    evidence: [one.words]
                )
            }
            // Since Kubernetes 1.24 there is no such port, and before it was at 8080.
            let isSeen = host.value?.listeners.value != nil || program.flags["insecure-port"] == "0"
            let wasAsked = (host.value?.probes ?? []).contains { $0.scheme == .http && $0.status != nil }
            return isSeen || wasAsked
                ? CheckResult(.pass, subject: program.subject, "it answers nothing in plain HTTP")
                : CheckResult(.unknown, subject: program.subject, "its sockets were not collected")
        }
    }
}

extension Probe {
    /// Whether the answer is one of a Kubernetes API server.
    fileprivate var isKubernetesAPI: Bool { isSuccess && body.contains("gitVersion") || listsKubernetesAPI }

    /// Whether the answer is what an API server says of its groups, or of what is in its cluster.
    fileprivate var listsKubernetesAPI: Bool {
        isSuccess && body.contains("\"kind\"") && (asksForData || body.contains("APIVersions"))
    }
}
