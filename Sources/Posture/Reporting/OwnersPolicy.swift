package import Sigma

/// What owners say in a file about what is meant to be so, and what they accept for a while.
package struct OwnersPolicy: Sendable {
    package var expectations = Expectations()
    package var exceptions: [AuditException] = []

    package init() {}

    /// Reads a policy: YAML, of which every key is known.
    ///
    /// - Returns: nil where something in it is wrong; the diagnostics say what and where.
    package static func read(_ text: String, file: String) -> (policy: OwnersPolicy?, diagnostics: [Diagnostic]) {
        var reader = OwnersPolicyReader()
        let yaml = YAMLDocuments(reading: text, file: file)
        reader.reading.append(yaml.diagnostics)
        if !reader.reading.failed { reader.read(yaml.documents) }
        return (reader.reading.failed ? nil : reader.policy, reader.reading.diagnostics)
    }
}

private struct OwnersPolicyReader {
    var reading = DocumentReading()
    var policy = OwnersPolicy()

    private static let keys = [
        "deployers", "secret-readers", "runtime-users", "watch-user", "management-networks", "open-listeners",
        "gateway-namespaces", "exceptions",
    ]

    mutating func read(_ documents: [Attribute]) {
        guard documents.count <= 1 else {
            return reading.error("a policy is one document", documents[1].place, hint: "remove the line '---'")
        }
        guard let document = documents.first else { return }
        if case .null = document.content { return }
        guard case .map(let members) = document.content else {
            return reading.error("a policy is a map", document.place, hint: "such as 'exceptions: […]'")
        }
        for member in members { read(member) }
    }

    private mutating func read(_ member: Attribute.Member) {
        switch member.key {
        case "deployers": policy.expectations.deployers = subjects(member)
        case "secret-readers": policy.expectations.secretReaders = subjects(member)
        case "watch-user": if let user = reading.text(member) { policy.expectations.watchUser = user }
        case "runtime-users": policy.expectations.runtimeUsers.formUnion(reading.texts(member))
        case "management-networks": policy.expectations.managementNetworks = reading.texts(member)
        case "open-listeners": policy.expectations.openListeners = Set(scalars(member))
        case "gateway-namespaces": policy.expectations.gatewayNamespaces = Set(reading.texts(member))
        case "exceptions": readExceptions(member)
        default: reading.unknown(member, Self.keys)
        }
    }

    private mutating func subjects(_ member: Attribute.Member) -> Set<Subject> {
        var subjects: Set<Subject> = []
        for text in reading.texts(member) {
            guard let subject = Subject(parsing: text) else {
                reading.error(
                    "'\(text)' is nobody",
                    member.value.place,
                    hint: "write 'user:NAME', 'group:NAME' or 'serviceaccount:NAMESPACE/NAME'"
                )
                continue
            }
            subjects.insert(subject)
        }
        return subjects
    }

    /// Ports are numbers, and addresses with ports are texts.
    private mutating func scalars(_ member: Attribute.Member) -> [String] {
        guard case .list(let elements) = member.value.content else { return reading.texts(member) }
        return elements.compactMap { element in
            switch element.content {
            case .integer(let port): return String(port)
            case .text(let text): return text
            default:
                reading.error("'\(member.key)' lists ports, and addresses with ports", element.place)
                return nil
            }
        }
    }

    private mutating func readExceptions(_ member: Attribute.Member) {
        guard case .list(let elements) = member.value.content else {
            return reading.error("'exceptions' is a list", member.value.place)
        }
        for element in elements {
            guard case .map(let members) = element.content else {
                reading.error("an exception is a map", element.place, hint: "with check, subject, reason and expires")
                continue
            }
            var texts: [String: String] = [:]
            for member in members {
                guard ["check", "subject", "reason", "expires"].contains(member.key) else {
                    reading.unknown(member, ["check", "subject", "reason", "expires"])
                    continue
                }
                texts[member.key] = reading.text(member)
            }
            guard let check = texts["check"], let reason = texts["reason"], let expires = texts["expires"] else {
                reading.error(
                    "an exception says which check it is of, its reason and when it expires",
                    element.place,
                    hint: "give 'check', 'reason' and 'expires'"
                )
                continue
            }
            guard Self.isDay(expires) else {
                reading.error("'\(expires)' is no day", element.place, hint: "write it as 2027-03-31")
                continue
            }
            guard Check.all.contains(where: { NamePattern.matches(check, $0.id) }) else {
                reading.error("no check is called '\(check)'", element.place, hint: "see 'tidewaiter audit checks'")
                continue
            }
            policy.exceptions.append(
                AuditException(
                    check: check,
                    subject: texts["subject"],
                    reason: reason,
                    expires: expires,
                    place: "\(element.place)"
                )
            )
        }
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2] else { return false }
        guard let month = Int(parts[1]), let day = Int(parts[2]), Int(parts[0]) != nil else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}

extension Subject {
    /// `user:alice`, `group:deployers`, `serviceaccount:ci/runner`.
    package init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "user": self.init(.user, parts[1])
        case "group": self.init(.group, parts[1])
        case "serviceaccount":
            let names = parts[1].split(separator: "/").map(String.init)
            guard names.count == 2 else { return nil }
            self.init(.serviceAccount, names[1], namespace: names[0])
        default: return nil
        }
    }
}
