/// One of Kubernetes' programs, with the flags that it was given.
struct ControlPlaneProgram: Sendable {
    enum Source: Sendable, Equatable {
        case process(Int)
        /// A static pod of the host, by its manifest's path.
        case manifest(String)
        /// Part of another program: `k3s`.
        case embedded(String, process: Int)
        /// A pod of the cluster, which runs on a machine that is not looked at.
        case pod(namespace: String, name: String)
    }

    var name: ControlPlane.Name
    var source: Source
    var flags: ProgramFlags
    var environment: [String: String] = [:]
    /// The node's name, where it is a pod of the cluster.
    var node: String?
    /// Of the host's programs: why their flags are not known wholly.
    var problem: String?

    /// `kube-apiserver (process 1200)`.
    var subject: String {
        switch source {
        case .process(let id): "\(name.rawValue) (process \(id))"
        case .manifest(let path): "\(name.rawValue) (\(path))"
        case .embedded(let program, let id): "\(name.rawValue) in \(program) (process \(id))"
        case .pod(let namespace, let pod): "Pod \"\(namespace)/\(pod)\""
        }
    }

    var process: Int? {
        switch source {
        case .process(let id), .embedded(_, let id): id
        case .manifest, .pod: nil
        }
    }

    /// The text of a file that a flag names.
    func text(_ path: String, in evidence: Evidence) -> Reading<String> {
        if case .pod(_, let pod) = source {
            return .unreadable("\(path) is on the node of \(pod), which was not looked at")
        }
        return evidence.host.flatMap { $0.text(path) }
    }

    /// The document in a file that a flag names.
    func document(_ path: String, in evidence: Evidence) -> Reading<Document> {
        text(path, in: evidence).flatMap { Document.reading($0, from: path) }
    }

    /// Those of some flags that are set, as they stand there.
    func words(_ names: String...) -> [String] { names.compactMap { flags.words(of: $0) } }

    /// How its flags are changed, and put in place.
    func fix(_ title: String, set: [String: String], removed: [String] = [], caution: String? = nil) -> Fix {
        let change = Fix.Change.arguments(program: name.rawValue, set: set, removed: removed)
        return Fix(title, [change], commands: commands, caution: caution)
    }

    /// What puts changed flags in place.
    var commands: [String] {
        switch source {
        case .manifest(let path): ["# the kubelet starts it again once \(path) is changed"]
        case .pod(_, let pod):
            ["# on the node of \(pod), in /etc/kubernetes/manifests/\(name.rawValue).yaml: the kubelet starts it again"]
        case .embedded(let program, _): ["systemctl restart \(program)"]
        case .process:
            name == .kubelet
                ? ["systemctl daemon-reload", "systemctl restart kubelet"]
                : [
                    "# in /etc/kubernetes/manifests/\(name.rawValue).yaml where it is a static pod; else in its unit:",
                    "systemctl daemon-reload && systemctl restart \(name.rawValue)",
                ]
        }
    }
}

extension Document {
    /// The first document of a text in YAML or JSON.
    static func reading(_ text: String, from path: String) -> Reading<Document> {
        do throws(DocumentError) {
            guard let document = try documents(yaml: text).first else { return .unreadable("\(path) is empty") }
            return .known(document)
        } catch {
            return .unreadable("\(path): \(error.description)")
        }
    }
}
