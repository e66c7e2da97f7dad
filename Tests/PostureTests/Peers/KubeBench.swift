@testable import Posture

/// What kube-bench decides of programs, by its own conditions.
///
/// Source: github.com/aquasecurity/kube-bench at a73ce378418c71c5861e6963753f50dec3badadf: `cfg/cis-1.12/master.yaml`,
/// `etcd.yaml`, `controlplane.yaml` and `node.yaml` by the number of the check, and `check/test.go` for how they are decided.
enum KubeBench {
    /// A condition on a flag in what `ps` prints, or on a member of a configuration where the flag is not there.
    struct Item: Sendable {
        enum Comparison: Sendable { case equals(String), has(String), lacks(String), atLeast(Int) }

        var flag: String
        var path: [String] = []
        /// Whether it has to be there.
        var isSet = true
        var comparison: Comparison?

        init(_ flag: String, _ comparison: Comparison? = nil, path: [String] = [], isSet: Bool = true) {
            self.flag = flag
            self.comparison = comparison
            self.path = path
            self.isSet = isSet
        }

        func isMet(by line: String, _ configuration: Document) -> Bool {
            guard let value = Self.value(of: flag, in: line) ?? configured(configuration) else { return !isSet }
            guard isSet else { return false }
            switch comparison {
            case nil: return true
            case .equals(let wanted): return value.lowercased() == wanted
            case .has(let part): return value.contains(part)
            case .lacks(let part): return !value.contains(part)
            case .atLeast(let bound): return Int(value).map { $0 >= bound } ?? false
            }
        }

        private func configured(_ configuration: Document) -> String? {
            path.isEmpty ? nil : configuration.at(path)?.scalar
        }

        /// The text behind the first place where a flag's name stands, up to a space; `true` where there is none, so that
        /// `--name value` has that value as well.
        ///
        /// Source: check/test.go, `flagTestItem.findValue`: `(flag)(=|: *)*([^\s]*) *`.
        static func value(of flag: String, in line: String) -> String? {
            guard let place = line.firstRange(of: flag) else { return nil }
            var rest = line[place.upperBound...]
            while rest.first == "=" || rest.first == ":" { rest = rest.dropFirst() }
            let value = rest.prefix { !$0.isWhitespace }
            return value.isEmpty ? "true" : String(value)
        }
    }

    struct Condition: Sendable {
        var isAny = false
        var items: [Item]

        init(_ items: Item...) { self.items = items }
        init(any items: Item...) { self.items = items; isAny = true }
    }

    static let conditions: [String: Condition] = [
        "1.2.1": Condition(Item("--anonymous-auth", .equals("false"))),
        "1.2.2": Condition(Item("--token-auth-file", isSet: false)),
        "1.2.4": Condition(Item("--kubelet-client-certificate"), Item("--kubelet-client-key")),
        "1.2.5": Condition(Item("--kubelet-certificate-authority")),
        "1.2.6": Condition(Item("--authorization-mode", .lacks("AlwaysAllow"))),
        "1.2.7": Condition(Item("--authorization-mode", .has("Node"))),
        "1.2.8": Condition(Item("--authorization-mode", .has("RBAC"))),
        "1.2.14": Condition(Item("--enable-admission-plugins", .has("NodeRestriction"))),
        "1.2.16": Condition(Item("--audit-log-path")),
        "1.2.17": Condition(Item("--audit-log-maxage", .atLeast(30))),
        "1.2.18": Condition(Item("--audit-log-maxbackup", .atLeast(10))),
        "1.2.19": Condition(Item("--audit-log-maxsize", .atLeast(100))),
        "1.2.23": Condition(Item("--etcd-certfile"), Item("--etcd-keyfile")),
        "1.2.24": Condition(Item("--tls-cert-file"), Item("--tls-private-key-file")),
        "1.2.25": Condition(Item("--client-ca-file")),
        "1.2.26": Condition(Item("--etcd-cafile")),
        "2.1": Condition(Item("--cert-file"), Item("--key-file")),
        "2.2": Condition(Item("--client-cert-auth", .equals("true"))),
        "2.3": Condition(any: Item("--auto-tls", isSet: false), Item("--auto-tls", .equals("false"))),
        "2.4": Condition(Item("--peer-cert-file"), Item("--peer-key-file")),
        "2.5": Condition(Item("--peer-client-cert-auth", .equals("true"))),
        "2.6": Condition(any: Item("--peer-auto-tls", isSet: false), Item("--peer-auto-tls", .equals("false"))),
        "2.7": Condition(Item("--trusted-ca-file")),
        "3.2.1": Condition(Item("--audit-policy-file")),
        "4.2.1": Condition(
            Item("--anonymous-auth", .equals("false"), path: ["authentication", "anonymous", "enabled"])
        ),
        "4.2.2": Condition(Item("--authorization-mode", .lacks("AlwaysAllow"), path: ["authorization", "mode"])),
        "4.2.3": Condition(Item("--client-ca-file", path: ["authentication", "x509", "clientCAFile"])),
        "4.2.4": Condition(
            any: Item("--read-only-port", .equals("0"), path: ["readOnlyPort"]),
            Item("--read-only-port", path: ["readOnlyPort"], isSet: false)
        ),
    ]

    /// Whether a check fails a program with such arguments.
    ///
    /// - Parameter configuration: the kubelet's, which alone is read.
    static func fails(_ id: String, _ arguments: [String], _ configuration: Document = .null) -> Bool {
        guard let condition = conditions[id] else { return false }
        let line = arguments.joined(separator: " ")
        let met = condition.items.map { $0.isMet(by: line, configuration) }
        return condition.isAny ? !met.contains(true) : met.contains(false)
    }
}
