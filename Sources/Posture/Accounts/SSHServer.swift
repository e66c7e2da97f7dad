/// What the SSH server is told, as far as checks ask.
///
/// Source: sshd_config(5): of a keyword the first value counts, what `Include` names is read in its place, and a `Match` block
/// changes things for some.
struct SSHServer {
    /// Where Debian, Fedora and SUSE have it.
    static let paths = ["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"]
    static let requests =
        paths.map { FileRequest($0, .text) } + [
            FileRequest("/etc/ssh/sshd_config.d/*.conf", .text),
            FileRequest("/usr/etc/ssh/sshd_config.d/*.conf", .text),
        ]

    /// By keyword in lower case: what holds for everybody.
    private(set) var values: [String: Said<String>] = [:]
    /// What holds for some, in their order.
    private(set) var exceptions: [(keyword: String, value: Said<String>, condition: String)] = []
    private(set) var path: String
    /// Whether it reads the folder that snippets are put in.
    private(set) var readsSnippets = false

    static func read(on host: HostEvidence) -> Reading<SSHServer> {
        for path in paths {
            switch host.text(path) {
            case .absent: continue
            case .unreadable(let reason): return .unreadable(reason)
            case .known(let text):
                var server = SSHServer(path: path)
                if let problem = server.add(text, from: path, on: host, depth: 0) { return .unreadable(problem) }
                return .known(server)
            }
        }
        return .absent
    }

    func value(_ keyword: String, default fallback: String) -> Said<String> {
        values[keyword] ?? Said(value: fallback, place: "\(path), by default")
    }

    /// - Returns: why part of it could not be read.
    private mutating func add(_ text: String, from path: String, on host: HostEvidence, depth: Int) -> String? {
        guard depth < 8 else { return "\(path): files that include each other" }
        var condition: String?
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
            let end = line.firstIndex { $0 == " " || $0 == "\t" || $0 == "=" } ?? line.endIndex
            let keyword = line[..<end].lowercased()
            let value = line[end...].drop { $0 == " " || $0 == "\t" || $0 == "=" }.trimmed.filter { $0 != "\"" }
            switch keyword {
            case "match": condition = value.lowercased() == "all" ? nil : value
            case "include":
                for pattern in value.split(separator: " ") {
                    if let problem = include(String(pattern), on: host, depth: depth) { return problem }
                }
            default:
                let said = Said(value: value.lowercased(), place: path)
                if let condition {
                    exceptions.append((keyword, said, condition))
                } else if values[keyword] == nil {
                    values[keyword] = said
                }
            }
        }
        return nil
    }

    private mutating func include(_ pattern: String, on host: HostEvidence, depth: Int) -> String? {
        let whole = pattern.hasPrefix("/") ? pattern : "/etc/ssh/\(pattern)"
        let folder = HostFile.folder(of: whole)
        if folder == "/etc/ssh/sshd_config.d" { readsSnippets = true }
        let paths: [String]
        if whole.contains("*") {
            if case .unreadable(let reason) = host.file(folder) { return reason }
            let suffix = whole.split(separator: "*", omittingEmptySubsequences: false).last ?? ""
            paths = host.files(below: folder).map(\.path).filter { $0.hasSuffix(suffix) }
        } else {
            paths = [whole]
        }
        for path in paths {
            switch host.text(path) {
            case .absent: continue
            case .unreadable(let reason): return reason
            case .known(let text):
                if let problem = add(text, from: path, on: host, depth: depth + 1) { return problem }
            }
        }
        return nil
    }
}

extension SSHServer {
    private init(path: String) { self.path = path }

    /// What lets people in by password alone, in words; nothing where a key is always needed.
    var passwordLogins: [String] {
        let methods = value("authenticationmethods", default: "any").value
        let lists = methods.split(separator: " ")
        if methods != "any", lists.allSatisfy({ $0.split(separator: ",").contains { $0.hasPrefix("publickey") } }) {
            return []
        }
        var found: [String] = []
        let password = value("passwordauthentication", default: "yes")
        if password.value == "yes" { found.append("\(password.place): PasswordAuthentication yes") }
        let interactive = values["kbdinteractiveauthentication"] ?? values["challengeresponseauthentication"]
        if interactive?.value ?? "yes" == "yes", value("usepam", default: "no").value == "yes" {
            found.append("\(interactive?.place ?? "\(path), by default"): KbdInteractiveAuthentication yes, UsePAM yes")
        }
        return found
    }

    /// What lets some in by password, whom a block names.
    var passwordExceptions: [String] {
        exceptions.filter { $0.keyword == "passwordauthentication" && $0.value.value == "yes" }.map {
            "\($0.value.place): Match \($0.condition): PasswordAuthentication yes"
        }
    }

    var rootLogin: Said<String> { value("permitrootlogin", default: "prohibit-password") }

    /// Whether everybody may have sockets handed on.
    var forwardsSockets: Bool {
        value("disableforwarding", default: "no").value != "yes"
            && value("allowstreamlocalforwarding", default: "yes").value != "no"
    }
}
