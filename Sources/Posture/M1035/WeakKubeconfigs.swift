internal import Sigma

extension Check {
    /// Whether a kubeconfig gives credentials to whoever answers.
    static let weakKubeconfigs = Check(
        id: "TW-M1035-033",
        title: "kubeconfig Trusts Whoever Answers",
        mitigation: .limitAccess,
        level: .high,
        reads:
            "the clusters and users of kubeadm's files in /etc/kubernetes, of k3s' and RKE2's, of every user's ~/.kube/config, and "
            + "of those that processes name",
        passes: "servers are reached by https and checked by an authority, and no token or password stands in the file",
        remedy:
            "kubectl config set-cluster NAME --certificate-authority=FILE --embed-certs, and unset insecure-skip-tls-verify",
        references: ["https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"]
    ) { evidence in
        evidence.host.results(of: "hosts") { host in
            let files = kubeconfigs(of: host)
            let found = files.filter { $0.kind == .regular || $0.problem != nil }.flatMap(judge)
            if !found.isEmpty { return found }
            let wasLookedFor =
                files.contains { $0.path.hasSuffix("/.kube/config") } || host.users.value != nil && !host.files.isEmpty
            return wasLookedFor
                ? [CheckResult(.notApplicable, subject: "", "no user has a kubeconfig")]
                : [CheckResult(.unknown, subject: "", "users' kubeconfigs were not collected")]
        }
    } fix: { evidence in
        evidence.host.value.map(kubeconfigs)?.compactMap(fix) ?? []
    }

    private static func judge(_ file: HostFile) -> [CheckResult] {
        guard file.problem == nil, let text = file.text else {
            let reason = file.problem ?? "its text was not collected"
            return [CheckResult(.unknown, subject: file.path, "it could not be read: \(reason)")]
        }
        let documents: [Document]
        do throws(DocumentError) {
            documents = try Document.documents(yaml: text)
        } catch {
            return [CheckResult(.unknown, subject: file.path, "it could not be read: \(error)")]
        }
        let weak = documents.flatMap { $0["clusters"]?.elements ?? [] }.flatMap(weaknesses)
        guard weak.isEmpty else {
            let reason = "its credentials go to whoever answers in a server's place"
            return [CheckResult(.fail, subject: file.path, reason, evidence: weak)]
        }
        // Whether a token ends by itself cannot be seen: it is masked.
        let secrets = documents.flatMap { $0["users"]?.elements ?? [] }.flatMap(standingSecrets)
        guard secrets.isEmpty else {
            let reason = "who reads it can log in, for as long as what stands in it is valid"
            return [CheckResult(.warn, subject: file.path, reason, evidence: secrets)]
        }
        return [CheckResult(.pass, subject: file.path, "its clusters are checked by an authority")]
    }

    private static func weaknesses(of entry: Document) -> [String] {
        let name = entry["name"]?.text ?? "unnamed"
        let cluster = entry["cluster"]
        var words: [String] = []
        if cluster?["insecure-skip-tls-verify"]?.bool == true {
            words.append("cluster '\(name)': insecure-skip-tls-verify: true")
        }
        if let server = cluster?["server"]?.text, server.lowercased().hasPrefix("http://") {
            // What is on this host answers itself.
            let isOwn = ["http://localhost", "http://127.", "http://[::1]"].contains { server.hasPrefix($0) }
            if !isOwn { words.append("cluster '\(name)': server: \(server)") }
        }
        return words
    }

    private static func standingSecrets(of entry: Document) -> [String] {
        ["token", "password"].filter { entry.at("user", $0)?.scalar?.isEmpty == false }
            .map { "user '\(entry["name"]?.text ?? "unnamed")': \($0)" }
    }

    /// Those that were looked for: at the places where they are kept, and where processes are told that they are.
    private static func kubeconfigs(of host: HostEvidence) -> [HostFile] {
        let named = (host.processes.value ?? []).flatMap(\.namedKubeconfigs)
        let places = Set(Kubeconfig.system + named)
        return host.files.values.filter { $0.path.hasSuffix("/.kube/config") || places.contains($0.path) }
            .sorted { $0.path < $1.path }
    }

    /// A server's authority can be told by nobody but its owners.
    private static func fix(_ file: HostFile) -> Fix? {
        guard file.kind == .regular, let result = judge(file).first else { return nil }
        if result.outcome == .warn {
            return Fix(
                "Have nothing that logs in stand in \(file.path)",
                [
                    .steps([
                        "have its users log in by certificate or exec plugin, and delete the token: \(result.evidence.joined(separator: ", "))"
                    ])
                ]
            )
        }
        guard result.outcome == .fail else { return nil }
        return Fix(
            "Have \(file.path) check its servers",
            [
                .steps([
                    "have the cluster's authority from its owners, as a file ca.crt",
                    "kubectl --kubeconfig \(file.path) config set-cluster NAME --certificate-authority=ca.crt --embed-certs=true",
                    "kubectl --kubeconfig \(file.path) config set clusters.NAME.insecure-skip-tls-verify false",
                    "make a new credential: the old one may have been given to somebody else",
                ])
            ]
        )
    }
}
