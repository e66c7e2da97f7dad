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
    /// Where its flags stand, if not in its own arguments.
    var told: ToldFlags?

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
        host(with: path, in: evidence).flatMap { $0.text(path) }
    }

    /// What the first certificate in a file that a flag names says.
    func certificate(_ path: String, in evidence: Evidence) -> Reading<CertificateFacts> {
        host(with: path, in: evidence).flatMap { $0.file(path) }.flatMap { file in
            file.certificates?.first.map { .known($0) } ?? .unreadable("what is in \(path) was not collected")
        }
    }

    private func host(with path: String, in evidence: Evidence) -> Reading<HostEvidence> {
        if case .pod(_, let pod) = source {
            return .unreadable("\(path) is on the node of \(pod), which was not looked at")
        }
        return evidence.host
    }

    /// The document in a file that a flag names.
    func document(_ path: String, in evidence: Evidence) -> Reading<Document> {
        text(path, in: evidence).flatMap { Document.reading($0, from: path) }
    }

    /// Those of some flags that are set, as they stand there.
    func words(_ names: String...) -> [String] { names.compactMap { flags.words(of: $0) } }
}

extension Document {
    /// The first document of a text in YAML or JSON.
    ///
    /// - Parameter nothing: what a text without any stands for; nil where it has to have one.
    static func reading(_ text: String, from path: String, else nothing: Document? = nil) -> Reading<Document> {
        do throws(DocumentError) {
            guard let document = try documents(yaml: text).first ?? nothing else {
                return .unreadable("\(path) is empty")
            }
            return .known(document)
        } catch {
            return .unreadable("\(path): \(error.description)")
        }
    }
}
