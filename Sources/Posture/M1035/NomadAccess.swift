internal import Sigma

extension Check {
    /// Whether Nomad knows who asks.
    static let nomadAccess = Check(
        id: "TW-M1035-046",
        title: "Nomad Without Access Control",
        mitigation: .limitAccess,
        level: .critical,
        reads: "what Nomad answers to GET /v1/jobs without a token; -dev among its arguments",
        passes: "403 without a token",
        remedy:
            "acl { enabled = true } and tls { verify_https_client = true } in the agents' configuration, then nomad acl bootstrap",
        references: ["https://developer.hashicorp.com/nomad/docs/secure/acl"]
    ) { evidence in
        evidence.applications([.nomad]) { [judgeNomad($0)] }
    } fix: { evidence in
        guard evidence.instances(of: [.nomad]).contains(where: { judgeNomad($0).outcome == .fail }) else { return [] }
        let text =
            "acl {\n  enabled = true\n}\n\ntls {\n  http = true\n  rpc  = true\n  verify_https_client = true\n  verify_server_hostname = true\n  # ca_file, cert_file and key_file: those of your own authority\n}\n"
        return [
            Fix(
                "Have Nomad ask who people are",
                [.file(path: "/etc/nomad.d/zz-tidewaiter.hcl", text: text)],
                commands: ["systemctl restart nomad", "nomad acl bootstrap"],
                caution: "Everybody needs a token from then on, and a certificate of the authority."
            )
        ]
    }

    private static func judgeNomad(_ instance: ApplicationInstance) -> CheckResult {
        if let open = instance.openResult { return open }
        if instance.wasAsked {
            return CheckResult(
                .pass,
                subject: instance.subject,
                "it asks for a token",
                evidence: instance.answers.map(\.words)
            )
        }
        if instance.isOn("-dev") {
            return CheckResult(
                .fail,
                subject: instance.subject,
                "in development it asks nobody who they are",
                evidence: ["-dev"]
            )
        }
        return CheckResult(.unknown, subject: instance.subject, "nobody asked it what it answers without a token")
    }
}
