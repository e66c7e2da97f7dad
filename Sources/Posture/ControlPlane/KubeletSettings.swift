/// What a kubelet goes by: its configuration file and the files that are laid over it, then its flags.
///
/// Source: k8s.io/kubernetes cmd/kubelet/app/server.go and options.go: without a file the defaults are those of flags, which
/// let anybody in; a file's own defaults do not. Files of `--config-dir` are merged in order of their paths as JSON merge
/// patches (RFC 7396), and flags that are given stand above all.
struct KubeletSettings: Sendable {
    /// A setting, by its place in a file and by its flag.
    enum Setting: String, Sendable, CaseIterable {
        case anonymous = "anonymous-auth"
        case authorization = "authorization-mode"
        case readOnlyPort = "read-only-port"
        case clientAuthority = "client-ca-file"
        case port
        case tlsMinimum = "tls-min-version"

        var path: [String] {
            switch self {
            case .anonymous: ["authentication", "anonymous", "enabled"]
            case .authorization: ["authorization", "mode"]
            case .readOnlyPort: ["readOnlyPort"]
            case .clientAuthority: ["authentication", "x509", "clientCAFile"]
            case .port: ["port"]
            case .tlsMinimum: ["tlsMinVersion"]
            }
        }

        /// In a file that says nothing.
        fileprivate var defaultInFile: String {
            switch self {
            case .anonymous: "false"
            case .authorization: "Webhook"
            case .readOnlyPort: "0"
            case .clientAuthority: ""
            case .port: "10250"
            // What Go's library takes at least then.
            case .tlsMinimum: "VersionTLS12"
            }
        }

        /// Where there is no file.
        fileprivate var defaultOfFlags: String {
            switch self {
            case .anonymous: "true"
            case .authorization: "AlwaysAllow"
            case .readOnlyPort: "10255"
            case .clientAuthority, .port, .tlsMinimum: defaultInFile
            }
        }
    }

    /// A file and what is in it.
    struct File: Sendable {
        var path: String
        var text: String
        var document: Document
    }

    /// Where a value comes from.
    enum Origin: Sendable, Equatable {
        case flag
        case file(String)
        case defaultOfFile
        case defaultOfFlags
    }

    let program: ControlPlaneProgram
    /// That of `--config`.
    private(set) var file: File?
    /// Those of `--config-dir`, in order.
    private(set) var overlays: [File] = []
    /// Why a file of them could not be read, which may say anything.
    private(set) var problem: String?

    init(_ program: ControlPlaneProgram, in evidence: Evidence) {
        self.program = program
        if let path = program.flags["config"] {
            switch Self.file(path, of: program, in: evidence) {
            case .known(let read): file = read
            case .absent: problem = "\(path) is not there"
            case .unreadable(let reason): problem = reason
            }
        }
        guard let folder = overlayFolder else { return }
        if case .unreadable(let reason)? = evidence.host.value?.file(folder) { problem = reason }
        let found = evidence.host.value?.files(below: folder) ?? []
        for path in found.map(\.path) where path.hasSuffix(".conf") {
            switch Self.file(path, of: program, in: evidence) {
            case .known(let read): overlays.append(read)
            case .absent: break
            case .unreadable(let reason): problem = reason
            }
        }
    }

    private static func file(
        _ path: String,
        of program: ControlPlaneProgram,
        in evidence: Evidence
    ) -> Reading<File> {
        program.text(path, in: evidence).flatMap { text in
            Document.reading(text, from: path).map { File(path: path, text: text, document: $0) }
        }
    }

    var overlayFolder: String? { program.flags["config-dir"] }

    /// What the files say together, without defaults.
    private var merged: Document? {
        guard file != nil || !overlays.isEmpty else { return nil }
        return overlays.reduce(file?.document ?? .object([])) { $0.merging($1.document) }
    }

    /// A setting's value and where it comes from; nil where a file could not be read that may say it.
    func value(_ setting: Setting) -> (value: String, origin: Origin)? {
        if let flag = program.flags[setting.rawValue] { return (flag, .flag) }
        if problem != nil { return nil }
        if let value = merged?.at(setting.path)?.scalar {
            let last = overlays.last { $0.document.at(setting.path) != nil } ?? file
            return (value, last.map { .file($0.path) } ?? .defaultOfFile)
        }
        // Files that are laid over none are laid over the defaults of flags.
        return file == nil ? (setting.defaultOfFlags, .defaultOfFlags) : (setting.defaultInFile, .defaultOfFile)
    }

    /// What its files say at a place of their top, where they say anything.
    func named(_ setting: String) -> String? { merged?[setting]?.scalar }

    /// A setting as it stands where it comes from, for people.
    func words(_ setting: Setting) -> String {
        guard let (value, origin) = value(setting) else { return problem ?? "" }
        let place = setting.path.joined(separator: ".")
        return switch origin {
        case .flag: "--\(setting.rawValue)=\(value)"
        case .file(let path): "\(path): \(place): \(value)"
        case .defaultOfFile: "\(file?.path ?? "its configuration") has no \(place), which is \(Self.shown(value)) then"
        case .defaultOfFlags: "no --config and no --\(setting.rawValue), which is \(Self.shown(value)) then"
        }
    }

    private static func shown(_ value: String) -> String { value.isEmpty ? "none" : value }
}

extension Document {
    /// This with a JSON merge patch applied: objects are merged, null takes away, all else replaces.
    func merging(_ patch: Document) -> Document {
        guard case .object(let changes) = patch else { return patch }
        var merged = members.isEmpty ? .object([]) : self
        for change in changes {
            merged =
                change.value == .null
                ? merged.removing([change.name])
                : merged.setting((merged[change.name] ?? .object([])).merging(change.value), at: [change.name])
        }
        return merged
    }
}
