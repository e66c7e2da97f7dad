package import Judge
internal import Relay
package import Sigma

/// What a policy file says: the profile, what of it is opened, and who may do what.
package struct GuardPolicy: Sendable, Equatable {
    /// What everybody is held to whom no entry of ``clients`` speaks of; nil where those are refused.
    package var otherwise: Terms? = Terms(name: "default")
    /// The first entry that matches counts.
    package var clients: [ClientPolicy] = []
    package var images = ImagePolicy()
    /// Files or folders of Sigma rules, beside the built-in ones.
    package var rulePaths: [String] = []
    /// Files or folders of Sigma filters: exceptions.
    package var exceptionPaths: [String] = []
    /// Whether the built-in rules judge, too.
    package var usesBuiltInRules = true
    /// The longest body that is judged, in bytes.
    package var bodyLimit = 4 << 20
    /// Whether reads pass while decisions cannot be recorded.
    package var passesReadsOnFailure = true

    /// The strict profile, and nothing opened.
    package init() {}

    /// The policy of a command line: a profile, and directories that may be mounted.
    ///
    /// Laid over what a policy file says for everybody.
    package mutating func lay(profile: Profile?, refuseAt: Level?, binds: [String]) {
        func lay(_ terms: inout Terms) {
            if let profile { terms.profile = profile }
            if let refuseAt { terms.refuseAt = refuseAt }
            if !binds.isEmpty { terms.allowances.open(.binds, for: binds) }
        }
        if var terms = otherwise {
            lay(&terms)
            otherwise = terms
        }
        for index in clients.indices { lay(&clients[index].terms) }
    }

    /// What a client's connection alone says of the terms that it is held to.
    enum ClientTerms: Equatable {
        case known(Terms)
        /// Nobody speaks of it.
        case refused
        /// An entry speaks of the container that the client runs in, which has to be looked up.
        case askContainer
    }

    func terms(for client: Client) -> ClientTerms {
        for entry in clients where entry.match.holds(for: client) {
            guard entry.match.container == nil else {
                if client.peer == nil { continue }
                return .askContainer
            }
            return .known(entry.terms)
        }
        return otherwise.map { .known($0) } ?? .refused
    }

    /// The same, once it is known in which container the client's process runs: its name and id; nil for none.
    func terms(for client: Client, in container: (name: String, id: String)?) -> Terms? {
        for entry in clients where entry.match.holds(for: client) {
            if let pattern = entry.match.container {
                guard let container else { continue }
                let matches =
                    TextPattern(pattern).matches(container.name)
                    || (pattern.utf8.count >= 12 && container.id.hasPrefix(pattern))
                guard matches else { continue }
            }
            return entry.terms
        }
        return otherwise
    }
}
