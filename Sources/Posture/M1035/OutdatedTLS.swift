internal import Sigma

extension Check {
    /// Whether what deploys containers is spoken to by versions of TLS that are broken.
    static let outdatedTLS = Check(
        id: "TW-M1035-035",
        title: "Management APIs Take Outdated TLS",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "--tls-min-version of the API server, the controller manager and the scheduler, tlsMinVersion of kubelets, and "
            + "whether management sockets speak to a client that knows TLS 1.1 and below alone",
        passes: "none is below TLS 1.2",
        remedy: "take the flag away, or have it say VersionTLS12; Docker takes nothing older",
        references: [
            "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/", "RFC 8996",
        ]
    ) { evidence in
        let programs = names.flatMap { evidence.results(of: $0, judge) }
        let kubelets = evidence.kubelets { kubelet, _ in judge(kubelet) }
        let told = (programs + kubelets + evidence.outdatedAnswers).filter { $0.outcome != .notApplicable }
        return told.isEmpty
            ? [CheckResult(.notApplicable, subject: "", "no such API was found that speaks TLS")] : told
    } fix: { evidence in
        let title = "Take TLS 1.2 and above alone"
        return names.flatMap { name in
            evidence.fixes(of: name, failing: judge) { program in
                program.fix(title, set: ["--tls-min-version": "VersionTLS12"])
            }
        }
            + evidence.kubeletFixes(failing: { kubelet, _ in judge(kubelet) }) { $0.fix(title, .tlsMinimum) }
    }

    private static let names = [ControlPlane.Name.apiServer, .controllerManager, .scheduler]
    private static let reason = "it takes TLS below 1.2"

    private static func judge(_ kubelet: KubeletSettings) -> CheckResult { kubelet.judge(.tlsMinimum, reason) }

    private static func judge(_ program: ControlPlaneProgram) -> CheckResult {
        let words = program.words("tls-min-version")
        guard OutdatedTLS.flagValues.contains(program.flags["tls-min-version"] ?? "") else {
            return CheckResult(.pass, subject: program.subject, "it takes nothing below TLS 1.2", evidence: words)
        }
        return CheckResult(.fail, subject: program.subject, reason, evidence: words)
    }
}

/// Versions of TLS that RFC 8996 has nobody use.
enum OutdatedTLS {
    /// As flags of Kubernetes' programs name them.
    static let flagValues: Set = ["VersionTLS10", "VersionTLS11"]
}

extension Evidence {
    /// What management sockets said to a client of outdated versions, whatever stands before the program.
    fileprivate var outdatedAnswers: [CheckResult] {
        guard let host = host.value, let asked = host.outdatedProbes else { return [] }
        let engines = (host.dockerEndpoints.value ?? []).filter { $0.engine != nil }.map(\.listener)
        let listeners = Set((host.managementListeners.value ?? []).map(\.listener) + engines)
        return asked.compactMap { probe in
            guard let listener = listeners.first(where: probe.isTo) else { return nil }
            return probe.isSpokenTo
                ? CheckResult(.fail, subject: listener.words, "it speaks TLS 1.1 or below", evidence: [probe.words])
                : CheckResult(
                    .pass,
                    subject: listener.words,
                    "it speaks no TLS below 1.2",
                    evidence: [probe.words]
                )
        }
    }
}

extension Probe {
    /// Whether the other end took the version: it answered, or minded the certificate alone.
    fileprivate var isSpokenTo: Bool {
        let words = failure?.uppercased() ?? ""
        return status != nil || words.contains("ALERT") && words.contains("CERTIFICATE")
    }
}
