/// The flags of a program written in Go, as its arguments set them.
///
/// `--name=value`, `--name value`, `--name` of what is true or false, and `-name` as etcd takes it, too; `_` is `-`, as
/// Kubernetes' programs have it. Source: github.com/spf13/pflag, and k8s.io/component-base/cli/flag.
struct ProgramFlags: Sendable, Equatable {
    private var values: [String: [String]] = [:]
    /// What is no flag: `proxy` of `kubectl proxy`.
    private(set) var words: [String] = []

    /// Flags whose value has to be behind `=`, as they are true without one; of those that checks read.
    private static let booleans: Set = [
        "anonymous-auth", "client-cert-auth", "peer-client-cert-auth", "auto-tls", "peer-auto-tls", "disable-filter",
        "enable-skip-login", "enable-insecure-login", "disable-csrf-protection", "auto-generate-certificates",
        "disable-auth", "insecure", "secure", "authentication-token-webhook", "http-disabled", "tlsverify", "dev",
    ]

    /// - Parameter arguments: without the program.
    init(_ arguments: some Sequence<String>) {
        var awaiting: String?
        for argument in arguments {
            let name = Self.name(of: argument)
            if let flag = awaiting {
                awaiting = nil
                // A flag that got no value was true, or the program would not run.
                guard name != nil else {
                    values[flag, default: []].append(argument)
                    continue
                }
                values[flag, default: []].append("true")
            }
            guard let name else {
                words.append(argument)
                continue
            }
            if let value = name.value {
                values[name.name, default: []].append(value)
            } else if Self.booleans.contains(name.name) {
                values[name.name, default: []].append("true")
            } else {
                awaiting = name.name
            }
        }
        if let awaiting { values[awaiting, default: []].append("true") }
    }

    private static func name(of argument: String) -> (name: String, value: String?)? {
        guard argument.hasPrefix("-"), argument.count > 2 else { return nil }
        let flag = argument.drop { $0 == "-" }
        let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        return (normal(String(name)), parts.count == 2 ? String(parts[1]) : nil)
    }

    private static func normal(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }

    /// The value of a flag: the last one where it stands twice.
    subscript(name: String) -> String? { values[name]?.last }

    /// The values of a list, of all places where the flag stands.
    func list(_ name: String) -> [String]? {
        values[name].map { $0.flatMap { $0.split(separator: ",").map { $0.trimmed } } }
    }

    /// All values in order.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of what is true or false; as Go reads it.
    func bool(_ name: String) -> Bool? { self[name].flatMap(Self.bool) }

    static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "t", "true": true
        case "0", "f", "false": false
        default: nil
        }
    }

    /// The same with what is missing taken from elsewhere.
    func filled(with defaults: [String: String]) -> ProgramFlags {
        var filled = self
        for (name, value) in defaults where filled.values[name] == nil { filled.values[name] = [value] }
        return filled
    }

    /// A flag as people write it: `--anonymous-auth=false`.
    func words(of name: String) -> String? { self[name].map { "--\(name)=\($0)" } }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
