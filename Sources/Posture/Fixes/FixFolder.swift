internal import Sigma

/// Fixes as files for people to read and apply: a folder for each check, and a README over all.
package struct FixFolder {
    /// A file to write: its path within the folder, and its text.
    package struct File: Sendable, Equatable {
        package var path: String
        package var text: String
    }

    package private(set) var files: [File] = []

    /// - Parameter entries: those of a report; such without fixes are left out.
    package init(_ entries: [AuditReport.Entry]) {
        var readme = """
            # Fixes

            Made by `tidewaiter audit`. Nothing here has been applied: read each fix, then follow its own README, the most \
            severe first. Run the audit again afterwards; what is fixed passes.

            | check | level | what it does |
            |---|---|---|

            """
        let fixed = entries.filter { !$0.fixes.isEmpty }.sorted {
            ($1.check.level, $0.check.id) < ($0.check.level, $1.check.id)
        }
        for entry in fixed {
            let titles = entry.fixes.map { Self.cell($0.title) }.joined(separator: "; ")
            readme +=
                "| [\(entry.check.id)](\(entry.check.id)/README.md) | \(entry.check.level.rawValue) | \(titles) |\n"
            add(entry)
        }
        files.insert(File(path: "README.md", text: readme), at: 0)
    }

    private mutating func add(_ entry: AuditReport.Entry) {
        let folder = entry.check.id
        var readme = "# \(entry.check.id): \(entry.check.title)\n\n\(Self.sentence(entry.check.remedy))\n\n"
        readme += "What fails:\n\n"
        for judged in entry.results where judged.outcome == .fail || judged.outcome == .warn {
            let subject = judged.result.subject.isEmpty ? "" : "\(Self.code(judged.result.subject)): "
            readme += "- \(subject)\(judged.result.reason)\n"
        }
        for (index, fix) in entry.fixes.enumerated() {
            readme += "\n## \(fix.title)\n\n"
            if let caution = fix.caution { readme += "Mind: \(Self.sentence(caution))\n\n" }
            var commands: [String] = []
            for change in fix.changes {
                let number = files.count
                switch change {
                case .file(let path, let text, let mode):
                    let own = "files\(Self.safe(path))"
                    files.append(File(path: "\(folder)/\(own)", text: text))
                    let place = Self.quoted(path)
                    let bits =
                        mode.map { "0" + String($0, radix: 8) }
                        ?? "\"$(stat -c %a -- \(place) 2>/dev/null || echo 0644)\""
                    let install = "install -D -m \(bits) \(Self.quoted(own)) \(place)"
                    commands.append(Self.checking(Self.quoted(own), of: path).map { "\($0) && \(install)" } ?? install)
                case .manifest(let document):
                    let kind = Self.name(document["kind"]?.text ?? "object")
                    let name = Self.name(document.at("metadata", "name")?.text ?? "\(number)")
                    let own = "manifests/\(number)-\(kind)-\(name).yaml"
                    files.append(File(path: "\(folder)/\(own)", text: document.yaml))
                    commands.append("kubectl \(Self.verb(for: document["kind"]?.text)) -f \(Self.quoted(own))")
                case .container(let again):
                    let own = "containers/\(Self.name(again.name)).sh"
                    files.append(File(path: "\(folder)/\(own)", text: again.script))
                    commands.append("sh \(Self.quoted(own))")
                case .nftables(let text):
                    let own = "tidewaiter\(index == 0 ? "" : "-\(index + 1)").nft"
                    files.append(File(path: "\(folder)/\(own)", text: text))
                    commands += ["nft -c -f \(own)", "nft -f \(own)"]
                case .permissions(let path, let mode, let owner, let group):
                    let path = Self.quoted(path)
                    commands += [
                        "chown \(owner):\(group) -- \(path)", "chmod \(String(mode, radix: 8)) -- \(path)",
                        "setfacl -b -- \(path)",
                    ]
                case .leaving(let user, let group):
                    commands.append("gpasswd -d \(Self.quoted(user)) \(Self.quoted(group))")
                case .primaryGroup(let user, let group):
                    commands.append("usermod -g \(Self.quoted(group)) \(Self.quoted(user))")
                case .deletion(let kind, let namespace, let name):
                    let place = namespace.map { " -n \(Self.quoted($0))" } ?? ""
                    commands.append("kubectl delete \(kind.lowercased()) \(Self.quoted(name))\(place)")
                case .arguments(let program, let set, let removed):
                    readme += "Arguments of `\(program)`:\n\n"
                    readme += set.sorted { $0.key < $1.key }.map { "- set `\($0.key)=\($0.value)`\n" }.joined()
                    readme += removed.map { "- remove `\($0)`\n" }.joined() + "\n"
                case .script(let name, let text):
                    let own = "scripts/\(Self.name(name))"
                    files.append(File(path: "\(folder)/\(own)", text: text))
                    commands.append("sh \(Self.quoted(own))")
                case .command(let line): commands.append(line)
                case .steps(let steps): readme += steps.map { "1. \($0)\n" }.joined() + "\n"
                }
            }
            commands += fix.commands
            if !commands.isEmpty { readme += "```sh\n\(commands.joined(separator: "\n"))\n```\n" }
        }
        files.append(File(path: "\(folder)/README.md", text: readme))
    }

    /// How an object of a kind is put in place.
    private static func verb(for kind: String?) -> String {
        switch kind {
        // What these are made of is not changed: they are made again.
        case "Pod", "Job": "replace --force"
        // Merged, one would keep the ports of nodes that another type has.
        case "Service": "replace"
        default: "apply"
        }
    }

    /// What looks at a file before it is put in place, where a mistake in it would lock people out.
    private static func checking(_ own: String, of path: String) -> String? {
        path == "/etc/sudoers" || path.hasPrefix("/etc/sudoers.d/") ? "visudo -c -f \(own)" : nil
    }

    // MARK: Texts of others

    /// A path of the host's within a folder of our own: evidence may name any.
    private static func safe(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." && $0 != ".." && !$0.contains("\0") }.map { "/\($0)" }.joined()
    }

    /// A name that is one part of a path.
    private static func name(_ text: String) -> String {
        String(text.lowercased().prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "." ? $0 : "-" })
    }

    /// A word of a shell's command line.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !text.hasPrefix("-")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "/._-:".contains($0) }
        return isPlain
            ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func code(_ text: String) -> String { "`\(text.filter { $0 != "`" && !$0.isNewline })`" }

    private static func cell(_ text: String) -> String { String(text.map { $0 == "|" || $0.isNewline ? " " : $0 }) }

    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return "" }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }
}
