/// What Portainer's `GET /api/endpoints` says of its environments.
///
/// Source: Portainer's API, `EndpointList` and `EndpointSettingsUpdate`.
struct PortainerEnvironments: Equatable {
    struct Environment: Equatable {
        var id: Int?
        /// What regular users are allowed: `allowBindMountsForRegularUsers`.
        var allowed: [String] = []
    }

    let environments: [Environment]
    /// Whether any says at all what regular users are allowed.
    let hasSettings: Bool

    /// Reads the body; nil where it is no list of environments, or was cut off.
    init?(_ body: String) {
        guard let document = try? Document(json: body), case .list(let all) = document else { return nil }
        let settings = all.map { $0["SecuritySettings"]?.members.filter(\.isAllowance) ?? [] }
        hasSettings = settings.contains { !$0.isEmpty }
        environments = zip(all, settings).map { environment, settings in
            Environment(
                id: environment["Id"]?.integer.map { Int($0) },
                allowed: settings.filter { $0.value.bool == true }.map(\.name)
            )
        }
    }
}

extension Document.Member {
    fileprivate var isAllowance: Bool {
        name.hasPrefix("allow") && name.hasSuffix("ForRegularUsers")
            && name.allSatisfy { $0.isASCII && $0.isLetter }
    }
}

extension PortainerEnvironments {
    /// The commands that take from regular users what they are allowed; the access token comes from a variable, and is
    /// in no argument.
    ///
    /// - Parameter probe: to whom the environments were told.
    func changes(at probe: Probe) -> [Fix.Change] {
        let host = probe.address.contains(":") ? "[\(probe.address)]" : probe.address
        let base = "\(probe.scheme.rawValue)://\(host):\(probe.port)/api/endpoints"
        let commands = environments.compactMap { one -> Fix.Change? in
            guard let id = one.id, !one.allowed.isEmpty else { return nil }
            return Self.command(of: "\(base)/\(id)/settings", one.allowed)
        }
        let token = #": "${PORTAINER_TOKEN:?an access token of an administrator: My account, Access tokens}""#
        return commands.isEmpty ? [] : [.command(token)] + commands
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
