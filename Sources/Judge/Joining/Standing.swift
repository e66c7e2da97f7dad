internal import Deployments

/// How well it is known who asked, and from where.
struct Standing: Codable, Equatable, Sendable {
    /// See ``Principal``.
    var principal: Principal
    /// How far out the source address was seen; of the loopback's and none 0.
    var address: Int

    private enum CodingKeys: String, CodingKey {
        case principal = "p"
        case address = "a"
    }

    init(of deployment: ContainerDeployment) {
        principal = Principal(of: deployment)
        address = Self.address(of: deployment)
    }

    /// Who says who asked, the best last.
    enum Principal: Int, Codable, Comparable {
        case nobody
        /// The user that the peer's process runs as, who may be a proxy's; or somebody who did not say who he is.
        case peer
        /// A proxy's user, whom the server behind it need not know.
        case proxy
        /// A management application's user.
        case application
        /// Whoever the server itself knew.
        case authenticated

        init(of deployment: ContainerDeployment) {
            let actor = deployment.actor
            guard actor.userName != nil || actor.tlsClientSubject != nil else {
                self = .nobody
                return
            }
            switch deployment.event.dataset.rawValue {
            case let dataset where dataset.hasSuffix(".access"):
                // A proxy before an application knows whom the application serves.
                self = JoinKeys.account(of: deployment.route) == nil ? .proxy : .application
            case let dataset where dataset.hasPrefix("management."): self = .application
            default:
                let isPeer = actor.tlsClientSubject == nil && actor.userName?.hasPrefix("uid:") == true
                let isNamed = !isPeer && actor.userName != "system:anonymous"
                self = isNamed ? .authenticated : .peer
            }
        }

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A proxy before the server sees the client, and the server the proxy; a public address is further out than a
    /// private one, which may be another proxy's.
    private static func address(of deployment: ContainerDeployment) -> Int {
        guard let text = deployment.actor.sourceIP, !SourceAddress.isLoopback(text) else { return 0 }
        let dataset = deployment.event.dataset.rawValue
        let distance = dataset.hasSuffix(".access") ? 3 : dataset.hasPrefix("management.") ? 2 : 1
        return distance * 2 + (SourceAddress.isPrivate(text) ? 0 : 1)
    }
}

/// What kind of address a text is, where it is one.
enum SourceAddress {
    /// The host's own.
    static func isLoopback(_ text: String) -> Bool {
        let address = withoutMapping(text)
        return address == "::1" || address.hasPrefix("127.") || address == "localhost" || address == "@"
            || address.hasPrefix("/") || address.hasPrefix("unix:") || address == "0.0.0.0" || address == "::"
    }

    /// One of those that are not routed on the internet: RFC 1918, 3927, 4193, 4291 and 6598.
    static func isPrivate(_ text: String) -> Bool {
        let address = withoutMapping(text).lowercased()
        if address.utf8.contains(UInt8(ascii: ":")) {
            return ["fc", "fd", "fe8", "fe9", "fea", "feb"].contains { address.hasPrefix($0) }
        }
        let parts = address.split(separator: ".").map { UInt8($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1] else { return true }
        return switch (first, second) {
        case (10, _), (192, 168), (169, 254): true
        case (172, 16...31), (100, 64...127): true
        default: false
        }
    }

    /// An IPv4 address as an IPv6 socket shows it is itself.
    private static func withoutMapping(_ text: String) -> String {
        text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
