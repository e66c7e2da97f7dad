internal import Sigma

extension Check {
    /// Whether controller manager and scheduler listen where nobody has to reach them.
    static let controllerAddresses = Check(
        id: "TW-M1030-017",
        title: "Controller Manager Or Scheduler Listens Beyond Loopback",
        mitigation: .segmentation,
        level: .low,
        reads: "--bind-address of kube-controller-manager and kube-scheduler, and their sockets at 10257 and 10259",
        passes: "they listen at a loopback address",
        remedy: "--bind-address=127.0.0.1",
        references: ["CIS Kubernetes 1.3.7", "CIS Kubernetes 1.4.2"]
    ) { evidence in
        let found = [ControlPlane.Name.controllerManager, .scheduler].map { name in
            evidence.results(of: name) { judge($0, evidence) }
        }
        let told = found.joined().filter { $0.outcome != .notApplicable }
        return told.isEmpty ? Array(found.joined().prefix(1)) : told
    } fix: { evidence in
        [ControlPlane.Name.controllerManager, .scheduler].flatMap { name in
            evidence.fixes(of: name, failing: { judge($0, evidence) }) { program in
                program.fix(
                    "Have \(name.rawValue) answer this host alone",
                    set: ["--bind-address": "127.0.0.1"],
                    caution: "Who reads its metrics from elsewhere needs a proxy with authorization before it."
                )
            }
        }
    }

    private static func judge(_ program: ControlPlaneProgram, _ evidence: Evidence) -> CheckResult {
        // A process that is more than this program listens for the others, too: k3s.
        let standard: Set = program.name == .scheduler ? [10251, 10259] : [10252, 10257]
        let ports = standard.union(program.flags["secure-port"].flatMap { Int($0) }.map { [$0] } ?? [])
        let sockets = (evidence.host.value?.listeners.value ?? []).filter { listener in
            listener.transport == .tcp && ports.contains(listener.port)
                && (program.process.map(listener.processes.contains) ?? false)
        }
        if !sockets.isEmpty {
            let open = sockets.filter { !$0.isLoopback }
            return open.isEmpty
                ? CheckResult(
                    .pass,
                    subject: program.subject,
                    "it answers this host alone",
                    evidence: sockets.map(\.words)
                )
                : CheckResult(
                    .fail,
                    subject: program.subject,
                    "it listens beyond loopback",
                    evidence: open.map(\.words)
                )
        }
        // 0 is no port at all.
        if program.flags["secure-port"] == "0" {
            return CheckResult(
                .pass,
                subject: program.subject,
                "it listens nowhere",
                evidence: program.words("secure-port")
            )
        }
        // Upstream's default; kubeadm sets 127.0.0.1.
        let address = program.flags["bind-address"] ?? "0.0.0.0"
        let words = program.words("bind-address")
        return Listener(address).isLoopback
            ? CheckResult(.pass, subject: program.subject, "it answers this host alone", evidence: words)
            : CheckResult(
                .fail,
                subject: program.subject,
                "it listens beyond loopback",
                evidence: words.isEmpty ? ["no --bind-address, which is 0.0.0.0 then"] : words
            )
    }
}
