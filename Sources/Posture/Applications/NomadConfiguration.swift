/// What a Nomad agent is told by its configuration files and arguments.
///
/// Files of a folder are taken in the order of their names; what one of them switches on none switches off again. Source:
/// github.com/hashicorp/nomad command/agent/config.go, Merge.
struct NomadConfiguration: Sendable {
    /// What is named: files and folders.
    var places: [String] = []
    /// The files that were read, and what each says.
    var files: [(path: String, document: Document)] = []
    var flags: ProgramFlags

    /// Where its packages have it look.
    static let folder = "/etc/nomad.d"

    init(flags: ProgramFlags) { self.flags = flags }

    /// Of an agent of the host; unreadable where a file that it names is.
    static func reading(_ process: HostProcess, on host: HostEvidence) -> Reading<NomadConfiguration> {
        var configuration = NomadConfiguration(flags: ProgramFlags(process.arguments.dropFirst()))
        configuration.places = configuration.flags.all("config").filter { $0.hasPrefix("/") }
        for place in configuration.places {
            switch host.file(place) {
            case .absent: continue
            case .unreadable(let reason): return .unreadable(reason)
            case .known(let file) where file.kind == .directory:
                for inner in host.files(below: place) where HostFile.folder(of: inner.path) == trimmed(place) {
                    guard inner.path.hasSuffix(".hcl") || inner.path.hasSuffix(".json") else { continue }
                    if let problem = configuration.add(inner.path, of: host) { return .unreadable(problem) }
                }
            case .known: if let problem = configuration.add(place, of: host) { return .unreadable(problem) }
            }
        }
        return .known(configuration)
    }

    private static func trimmed(_ folder: String) -> String {
        folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    private mutating func add(_ path: String, of host: HostEvidence) -> String? {
        switch host.text(path) {
        case .absent: return nil
        case .unreadable(let reason): return reason
        case .known(let text):
            do throws(DocumentError) {
                files.append(
                    (path, path.hasSuffix(".json") ? try Document(json: Array(text.utf8)) : try Document(hcl: text))
                )
                return nil
            } catch {
                return "\(path): \(error.description)"
            }
        }
    }

    /// Whether a block of some file switches something on, and where.
    func switchedOn(_ name: String, in block: String) -> String? {
        for (path, document) in files {
            // JSON may have a block as a list of one.
            let blocks = document[block].map { [$0] + $0.elements } ?? []
            if blocks.contains(where: { $0[name]?.bool == true || $0[name]?.text == "true" }) {
                return "\(path): \(block).\(name) = true"
            }
        }
        return nil
    }

    /// Whether callers have to show tokens.
    var tokens: String? {
        flags.bool("acl-enabled") == true || flags.all("acl-enabled") == ["true"]
            ? "-acl-enabled" : switchedOn("enabled", in: "acl")
    }

    /// Whether its API speaks TLS.
    var tls: String? { switchedOn("http", in: "tls") }

    /// Whether its API's callers have to show certificates.
    var certificates: String? { tls == nil ? nil : switchedOn("verify_https_client", in: "tls") }

    /// The folder for another file, where one is named.
    func folder(on host: HostEvidence) -> String? {
        places.last { host.file($0).value?.kind == .directory }.map(Self.trimmed)
    }
}
