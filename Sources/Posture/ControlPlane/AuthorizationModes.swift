/// How an API server decides who may do what, as it is told.
///
/// Source: k8s.io/kubernetes pkg/kubeapiserver/options/authorization.go: without flag and file it is AlwaysAllow.
struct AuthorizationModes: Sendable {
    /// In order: `Node`, `RBAC`, `Webhook`.
    let modes: Reading<[String]>
    /// Where they stand.
    let origin: String
    /// The configuration's path and what is in it, where there is one.
    let configuration: (path: String, document: Document)?

    init(of program: ControlPlaneProgram, in evidence: Evidence) {
        guard let path = program.flags["authorization-config"] else {
            configuration = nil
            guard let listed = program.flags.list("authorization-mode") else {
                modes = .known(["AlwaysAllow"])
                origin = "neither --authorization-mode nor --authorization-config is set, which is AlwaysAllow then"
                return
            }
            modes = .known(listed)
            origin = "--authorization-mode=\(listed.joined(separator: ","))"
            return
        }
        let reading = program.document(path, in: evidence)
        configuration = reading.value.map { (path, $0) }
        let types = reading.map { ($0["authorizers"]?.elements ?? []).compactMap { $0["type"]?.text } }
        modes = if case .absent = types { .unreadable("\(path) is not there") } else { types }
        origin = "\(path): authorizers of type \((types.value ?? []).joined(separator: ", "))"
    }
}
