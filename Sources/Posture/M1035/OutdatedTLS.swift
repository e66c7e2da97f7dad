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
            + "the versions of TLS by which management sockets were seen to answer",
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
    /// As the versions of connections are told.
    static let versions: Set = ["SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"]
}

extension Evidence {
    /// Sockets that spoke such a version with a client that knows newer ones.
    fileprivate var outdatedAnswers: [CheckResult] {
        var seen: Set<String> = []
        return (host.value?.probes ?? []).compactMap { probe in
            guard let version = probe.tlsVersion, OutdatedTLS.versions.contains(version),
                seen.insert(probe.words).inserted
            else { return nil }
            return CheckResult(.fail, subject: probe.words, "it speaks nothing newer than \(version)")
        }
    }
}
