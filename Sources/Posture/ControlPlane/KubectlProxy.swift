/// A `kubectl proxy`: it gives whoever reaches it what its kubeconfig's account may do.
///
/// Source: k8s.io/kubectl pkg/cmd/proxy/proxy.go, for its flags and their defaults.
struct KubectlProxy {
    let process: HostProcess
    let result: CheckResult
    /// The flags that widen it.
    let wideFlags: [String]
    private let listeners: [Listener]

    /// - Returns: nil for what is no kubectl proxy.
    init?(_ process: HostProcess, in host: HostEvidence) {
        guard process.name.hasPrefix("kubectl") || process.arguments.first?.fileName.hasPrefix("kubectl") == true else {
            return nil
        }
        let flags = ProgramFlags(process.arguments.dropFirst())
        guard Self.command(of: flags.words) == "proxy" else { return nil }
        self.process = process
        let listeners = (host.listeners.value ?? []).filter { $0.processes.contains(process.id) }
        self.listeners = listeners
        let wide = Self.wideFlags(flags)
        wideFlags = wide
        let subject = "kubectl proxy (process \(process.id))"
        let open = listeners.filter { !$0.isLoopback }
        let misled = host.probes.filter { probe in
            probe.isSuccess && probe.sent.keys.contains { $0.lowercased() == "host" }
                && listeners.contains { $0.port == probe.port && $0.network?.inode == probe.network?.inode }
        }
        let isUnwatched = if case .known = host.listeners { false } else { true }
        result =
            if !open.isEmpty || wide.contains("--address") {
                CheckResult(
                    .fail,
                    subject: subject,
                    "whoever reaches it has what its account has",
                    evidence: open.map(\.words) + wide.compactMap { flags.words(of: String($0.dropFirst(2))) }
                )
            } else if !wide.isEmpty || !misled.isEmpty {
                CheckResult(
                    .fail,
                    subject: subject,
                    "web pages that a user of this host opens can use it",
                    evidence: wide.compactMap { flags.words(of: String($0.dropFirst(2))) } + misled.map(\.words)
                )
            } else if isUnwatched, flags["unix-socket"] == nil {
                CheckResult(.unknown, subject: subject, "its sockets were not collected")
            } else {
                CheckResult(
                    .pass,
                    subject: subject,
                    "it answers this host alone, with its filters",
                    evidence: listeners.map(\.words)
                )
            }
    }

    /// The first word that is neither a short flag nor its value: `proxy` of `-n team proxy`, `logs` of `logs proxy`.
    private static func command(of words: [String]) -> String? {
        var isValue = false
        return words.first { word in
            defer { isValue = ["-n", "-s", "-v"].contains(word) }
            return !isValue && !word.hasPrefix("-")
        }
    }

    func listens(at listener: Listener) -> Bool {
        listeners.contains {
            $0.port == listener.port && $0.network?.inode == listener.network?.inode
                && ($0.address == listener.address || ["::", "0.0.0.0"].contains($0.address))
        }
    }

    private static func wideFlags(_ flags: ProgramFlags) -> [String] {
        var wide: [String] = []
        if let address = flags["address"], !Listener(address).isLoopback, address != "localhost" {
            wide.append("--address")
        }
        if let hosts = flags["accept-hosts"], !hosts.split(separator: ",").allSatisfy(isOneHost) {
            wide.append("--accept-hosts")
        }
        if flags.bool("disable-filter") == true { wide.append("--disable-filter") }
        if let paths = flags["reject-paths"], !(paths.contains("exec") && paths.contains("attach")) {
            wide.append("--reject-paths")
        }
        return wide
    }

    /// Whether an expression means one name that is of this host.
    private static func isOneHost(_ expression: Substring) -> Bool {
        ["^localhost$", #"^127\.0\.0\.1$"#, #"^\[::1\]$"#].contains(String(expression))
    }
}
