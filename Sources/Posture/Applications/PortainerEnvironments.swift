/// What Portainer's `GET /api/endpoints` says of its environments, as far as the body was kept.
///
/// Source: Portainer's API, `EndpointList` and `EndpointSettingsUpdate`.
struct PortainerEnvironments: Equatable {
    struct Environment: Equatable {
        var id: Int?
        /// What regular users are allowed: `allowBindMountsForRegularUsers`.
        var allowed: [String] = []
    }

    private(set) var environments: [Environment] = []
    /// Whether the answer was read to its end.
    private(set) var isWhole = false

    /// Reads the body, which may be cut off anywhere.
    init(_ body: String) {
        var depth = 0
        var word = ""
        var name: String?
        var isText = false
        var isEscaped = false
        func end(_ members: inout [Environment]) {
            defer { name = nil; word = "" }
            guard let name, !members.isEmpty else { return }
            // Of an environment itself; what is within it has ids of its own.
            if name == "Id", depth == 2, let id = Int(word) { members[members.count - 1].id = id }
            if name.hasPrefix("allow"), name.hasSuffix("ForRegularUsers"), word == "true", name.isLetters {
                members[members.count - 1].allowed.append(name)
            }
        }
        for character in body {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isText = false
                    continue
                }
                word.append(character)
                continue
            }
            switch character {
            case "\"":
                isText = true
                word = ""
            case "[", "{":
                depth += 1
                if depth == 2, character == "{" { environments.append(Environment()) }
                name = nil
                word = ""
            case ":":
                name = word
                word = ""
            case ",": end(&environments)
            case "]", "}":
                end(&environments)
                depth -= 1
                if depth == 0 { isWhole = true }
            default: if !character.isWhitespace { word.append(character) }
            }
        }
    }
}

extension String {
    fileprivate var isLetters: Bool { allSatisfy { $0.isASCII && $0.isLetter } }
}

extension PortainerEnvironments {
    /// The commands that take from regular users what they are allowed; the access token comes from a variable, and is
    /// in no argument.
    ///
    /// - Parameter probe: to whom the environments were told.
    func changes(at probe: Probe) -> [Fix.Change] {
        let host = probe.address.contains(":") ? "[\(probe.address)]" : probe.address
        let base = "\(probe.scheme.rawValue)://\(host):\(probe.port)/api/endpoints"
        let known = environments.compactMap { one -> (id: Int, allowed: [String])? in
            one.allowed.isEmpty ? nil : one.id.map { ($0, one.allowed) }
        }
        var changes = known.map { Self.command(of: "\(base)/\($0.id)/settings", $0.allowed) }
        if !isWhole || environments.contains(where: { $0.id == nil && !$0.allowed.isEmpty }) {
            let all = environments.flatMap(\.allowed).uniqued
            guard case .command(let line) = Self.command(of: "\(base)/ID/settings", all) else { return changes }
            changes.append(
                .steps(["not all environments were read: give for each of the others, by its ID: `\(line)`"])
            )
        }
        if !changes.isEmpty {
            changes.insert(
                .command(#": "${PORTAINER_TOKEN:?an access token of an administrator: My account, Access tokens}""#),
                at: 0
            )
        }
        return changes
    }

    private static func command(of address: String, _ allowed: [String]) -> Fix.Change {
        let body = Document.object(allowed.map { .init($0, false) }).compactJSON
        return .command(
            #"printf 'X-API-Key: %s\n' "$PORTAINER_TOKEN" | curl --fail --silent --show-error --request PUT "#
                + "--header @- --header 'Content-Type: application/json' --data \(FixFolder.quoted(body)) "
                + "--output /dev/null \(FixFolder.quoted(address))"
        )
    }
}
