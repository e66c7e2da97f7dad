internal import Judge
internal import Relay
package import Sigma

/// What a client is held to.
package struct Terms: Sendable, Equatable {
    /// For people and records: the name of the policy's entry.
    package var name: String
    package var profile: Profile
    package var allowances: Allowances
    package var refuseAt: Level
    package var routes: RouteAccess
    /// The containers that it may see to; nil for all.
    package var containers: ContainerScope?

    package init(
        name: String,
        profile: Profile = .strict,
        allowances: Allowances = Allowances(),
        refuseAt: Level = .high,
        routes: RouteAccess = .all,
        containers: ContainerScope? = nil
    ) {
        self.name = name
        self.profile = profile
        self.allowances = allowances
        self.refuseAt = refuseAt
        self.routes = routes
        self.containers = containers
    }
}

/// Who an entry of the policy speaks of: a client that all of these hold for.
package struct ClientMatch: Sendable, Equatable {
    /// A pattern of the certificate's subject, as RFC 4514 writes it.
    package var subject: String?
    /// A pattern of the certificate's common name.
    package var commonName: String?
    package var userID: UInt32?
    package var groupID: UInt32?
    /// A pattern of the name, or the id, of the container that the peer's process runs in.
    package var container: String?
    /// A pattern of the listener.
    package var listener: String?

    package init() {}

    /// Whether it holds for a client, as far as the connection alone tells; the container is asked for separately.
    func holds(for client: Client) -> Bool {
        if let subject {
            guard let text = client.certificate?.subject, TextPattern(subject).matches(text) else { return false }
        }
        if let commonName {
            guard let text = client.certificate?.commonName, TextPattern(commonName).matches(text) else { return false }
        }
        if let userID, client.peer?.userID != userID { return false }
        if let groupID, client.peer?.groupID != groupID { return false }
        if let listener, !TextPattern(listener).matches(client.listener) { return false }
        return true
    }
}

/// An entry of the policy's list of clients.
package struct ClientPolicy: Sendable, Equatable {
    package var match: ClientMatch
    package var terms: Terms

    package init(match: ClientMatch, terms: Terms) {
        self.match = match
        self.terms = terms
    }
}
