internal import Sigma

extension Check {
    /// Whether a kubeconfig gives credentials to whoever answers.
    static let weakKubeconfigs = Check(
        id: "TW-M1035-033",
        title: "kubeconfig Trusts Whoever Answers",
        mitigation: .limitAccess,
        level: .high,
        reads: "the clusters and users of every user's ~/.kube/config",
        passes: "servers are reached by https and checked by an authority",
        remedy:
            "kubectl config set-cluster NAME --certificate-authority=FILE --embed-certs, and unset insecure-skip-tls-verify",
        references: ["https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"]
    ) { evidence in
        evidence.host.results(of: "hosts") { host in
            let files = host.files.values.filter { $0.path.hasSuffix("/.kube/config") }.sorted { $0.path < $1.path }
            let found = files.filter { $0.kind == .regular || $0.problem != nil }.flatMap(judge)
            if !found.isEmpty { return found }
            let wasLookedFor = !files.isEmpty || host.users.value != nil && !host.files.isEmpty
            return wasLookedFor
                ? [CheckResult(.notApplicable, subject: "", "no user has a kubeconfig")]
                : [CheckResult(.unknown, subject: "", "users' kubeconfigs were not collected")]
        }
    } fix: { evidence in
        let files = (evidence.host.value?.files.values ?? [:].values).filter { $0.path.hasSuffix("/.kube/config") }
        return files.sorted { $0.path < $1.path }.compactMap(fix)
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
        let weak = documents.flatMap { $0["clusters"]?.elements ?? [] }.flatMap { entry -> [String] in
            let name = entry["name"]?.text ?? "unnamed"
            let cluster = entry["cluster"]
            var words: [String] = []
            if cluster?["insecure-skip-tls-verify"]?.bool == true {
                words.append("cluster '\(name)': insecure-skip-tls-verify: true")
            }
            if let server = cluster?["server"]?.text, server.hasPrefix("http://") {
                // What is on this host answers itself.
                let isOwn = ["http://localhost", "http://127.", "http://[::1]"].contains { server.hasPrefix($0) }
                if !isOwn { words.append("cluster '\(name)': server: \(server)") }
            }
            return words
        }
        return [
            weak.isEmpty
                ? CheckResult(.pass, subject: file.path, "its clusters are checked by an authority")
                : CheckResult(
                    .fail,
                    subject: file.path,
                    "its credentials go to whoever answers in a server's place",
                    evidence: weak
                )
        ]
    }

    /// A server's authority can be told by nobody but its owners.
    private static func fix(_ file: HostFile) -> Fix? {
        guard judge(file).contains(where: { $0.outcome == .fail }) else { return nil }
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
