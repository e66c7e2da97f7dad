/// Where an HTTP receiver is, and how it is trusted.
package struct HTTPEndpoint: Sendable, Equatable {
    /// A receiver's address.
    package enum Address: Sendable, Equatable {
        case url(String)
        /// For one that is a secret itself, as those of Slack and Microsoft Teams are.
        case secret(Secret)
    }

    package var address: Address
    /// Holds the authorities that sign the receiver's certificate, in PEM; nil for the machine's own.
    package var authorityFile: String?
    /// Hold the certificate chain and key that are shown to the receiver, in PEM; nil for none.
    package var certificateFile: String?
    package var keyFile: String?
    /// Sent with each request; not for secrets.
    package var headers: [(name: String, value: String)] {
        get { fields.map { ($0.name, $0.value) } }
        set { fields = newValue.map { Header(name: $0.name, value: $0.value) } }
    }
    private var fields: [Header] = []
    package var credentials = Credentials.none
    /// How long one request may take as a whole.
    package var timeout = Duration.seconds(15)

    private struct Header: Sendable, Equatable {
        var name, value: String
    }

    /// What is sent as `Authorization`.
    package enum Credentials: Sendable, Equatable {
        case none
        case bearer(Secret)
        case basic(user: String, password: Secret)
        /// `ApiKey`, as Elasticsearch has it, or any other scheme.
        case scheme(String, Secret)
    }

    package init(_ address: Address) { self.address = address }

    /// What is wrong with it, before anything is sent; nil for nothing.
    package var fault: String? {
        if case .url(let text) = address, let fault = Self.fault(of: text) { return fault }
        if (certificateFile == nil) != (keyFile == nil) { return "a client certificate needs both a chain and a key" }
        for field in fields where !Self.isHeader(field.name, field.value) {
            return "'\(field.name)' is no header with a value on one line"
        }
        if case .basic(let user, _) = credentials, user.contains(":") || user.utf8.contains(where: { $0 < 32 }) {
            return "a user's name holds no colon and no control characters"
        }
        return nil
    }

    /// What is wrong with an address, without telling it.
    static func fault(of text: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
            return "an address begins with https:// or http://"
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.hasPrefix(":"),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !"\\\"<>#".utf8.contains($0) })
        else { return "an address has a host and holds neither spaces nor a fragment" }
        guard !authority.contains("@") else { return "an address holds no account: give it as credentials" }
        return nil
    }

    private static func isHeader(_ name: String, _ value: String) -> Bool {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.!#$%&'*+^`|~".utf8.contains(byte)
            }
        return isToken && value.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 9 }
    }
}
