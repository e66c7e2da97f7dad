/// A setting, and where it is said.
package struct Said<Value: Sendable & Equatable>: Sendable, Equatable {
    package var value: Value
    /// `arguments of process 812`, `/etc/docker/daemon.json`.
    package var place: String
}

/// What dockerd is told: by its arguments, and by its configuration file.
///
/// Sources: moby/moby `cmd/dockerd/options.go`, `daemon/config/config.go` and `opts/hosts.go`.
package struct DockerSettings: Sendable, Equatable {
    /// A flag among the arguments.
    struct Flag: Sendable, Equatable {
        /// Without hyphens, the long one: `host`.
        var name: String
        var value: String
        /// As it stands there, its value with it.
        var words: [String]
    }

    private(set) var flags: [Flag] = []
    private var flagPlace: String
    /// The configuration file; empty where there is none.
    package var configuration: Document
    package let configurationPath: String

    private static let shorthands: [Character: String] = [
        "H": "host", "G": "group", "l": "log-level", "b": "bridge", "g": "graph", "s": "storage-driver", "p": "pidfile",
        "D": "debug", "h": "help", "v": "version",
    ]
    private static let switches: Set = ["debug", "help", "version", "tls", "tlsverify"]
    /// Flags whose name in the configuration file is another.
    static let listNames = [
        "host": "hosts", "authorization-plugin": "authorization-plugins", "label": "labels",
        "insecure-registry": "insecure-registries", "registry-mirror": "registry-mirrors",
    ]
    package static let defaultConfiguration = "/etc/docker/daemon.json"

    /// - Parameter arguments: dockerd's, the program first.
    package init(arguments: [String], from place: String, configuration: Document, at path: String) {
        flagPlace = place
        self.configuration = configuration
        configurationPath = path
        flags = Self.flags(in: arguments)
    }

    /// Where dockerd reads its configuration.
    package static func configurationPath(in arguments: [String]) -> String {
        flags(in: arguments).last { $0.name == "config-file" }?.value ?? defaultConfiguration
    }

    static func flags(in arguments: [String]) -> [Flag] {
        var flags: [Flag] = []
        var rest = arguments.dropFirst()
        // Flags whose value was not with them take the next argument; dockerd takes no other.
        func value() -> String {
            guard let next = rest.first else { return "" }
            rest = rest.dropFirst()
            return next
        }
        while let argument = rest.popFirst() {
            if argument == "--" { break }
            if argument.hasPrefix("--") {
                let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(parts.first ?? "")
                if parts.count == 2 {
                    flags.append(Flag(name: name, value: String(parts[1]), words: [argument]))
                } else if switches.contains(name) || rest.first?.hasPrefix("-") ?? true {
                    flags.append(Flag(name: name, value: "true", words: [argument]))
                } else {
                    let own = value()
                    flags.append(Flag(name: name, value: own, words: [argument, own]))
                }
            } else if argument.hasPrefix("-") {
                var letters = argument.dropFirst()
                while let letter = letters.popFirst() {
                    let name = shorthands[letter] ?? String(letter)
                    if switches.contains(name), letters.first != "=" {
                        flags.append(Flag(name: name, value: "true", words: ["-\(letter)"]))
                        continue
                    }
                    let inside = letters.first == "=" ? letters.dropFirst() : letters
                    let own = letters.isEmpty ? value() : String(inside)
                    flags.append(Flag(name: name, value: own, words: ["-\(letter)", own]))
                    break
                }
            }
        }
        return flags
    }

    /// A setting that is there once, by its flag's name: the file's where no flag says it.
    package func text(_ name: String) -> Said<String>? {
        if let flag = flags.last(where: { $0.name == name }) { return Said(value: flag.value, place: flagPlace) }
        return configuration[name]?.scalar.map { Said(value: $0, place: configurationPath) }
    }

    /// A switch; nil where it is not said, or by no word that dockerd takes.
    package func bool(_ name: String) -> Said<Bool>? {
        text(name).flatMap { said in
            switch said.value {
            case "1", "t", "T", "true", "TRUE", "True": Said(value: true, place: said.place)
            case "0", "f", "F", "false", "FALSE", "False": Said(value: false, place: said.place)
            default: nil
            }
        }
    }

    /// A list, by its flag's name.
    package func list(_ name: String) -> [Said<String>] {
        let own = flags.filter { $0.name == name }.map { Said(value: $0.value, place: flagPlace) }
        guard own.isEmpty else { return own }
        return configuration[Self.listNames[name] ?? name]?.texts.map { Said(value: $0, place: configurationPath) }
            ?? []
    }

    /// What both the arguments and the file say, by the file's name for it: dockerd does not start with it.
    package var conflicts: [String] {
        let names = Set(flags.map { Self.listNames[$0.name] ?? $0.name })
        return configuration.members.map(\.name).filter { names.contains($0) && $0 != "runtimes" }
    }
}

extension DockerSettings {
    package var hosts: [Said<String>] { list("host") }
    package var authorizationPlugins: [Said<String>] { list("authorization-plugin") }

    /// Whether it speaks TLS on TCP: that `tlsverify` is said at all, even as false, turns it on.
    package var speaksTLS: Bool { bool("tlsverify") != nil || bool("tls")?.value == true }

    /// Whether it demands certificates of clients: `tls` alone does, too.
    package var verifiesClients: Bool { bool("tlsverify")?.value ?? (bool("tls")?.value == true) }

    /// Where it listens; where nothing says it, at its default.
    package var endpoints: [Said<DockerHost>] {
        let said = hosts.map { Said(value: DockerHost($0.value, isTLS: speaksTLS), place: $0.place) }
        guard said.isEmpty else { return said }
        return [Said(value: DockerHost("", isTLS: speaksTLS), place: "dockerd's default")]
    }

    package var tcpEndpoints: [Said<DockerHost>] { endpoints.filter { $0.value.port != nil } }
}

/// A value of `-H`: where dockerd listens.
package struct DockerHost: Sendable, Equatable {
    /// As it was said; the default's own words where nothing was.
    package var words: String
    /// The address of TCP, or a host's name.
    package var address = ""
    /// nil where it is not TCP.
    package var port: Int?
    /// Of a Unix socket.
    package var path: String?

    init(_ text: String, isTLS: Bool) {
        let text = text.trimmed
        words = text.isEmpty ? (isTLS ? "tcp://localhost:2376" : "unix:///var/run/docker.sock") : text
        let separator = words.firstRange(of: "://")
        let scheme = separator.map { words[..<$0.lowerBound] } ?? "tcp"
        let rest = separator.map { String(words[$0.upperBound...]) } ?? words
        switch scheme {
        case "unix": path = rest.isEmpty ? "/var/run/docker.sock" : rest
        case "tcp":
            let place = rest.split(separator: "/").first.map(String.init) ?? ""
            let colon = place.lastIndex(of: ":")
            let isBareAddress = place.hasSuffix("]") || colon == nil
            let host = isBareAddress ? place : colon.map { String(place[..<$0]) } ?? place
            let number = isBareAddress ? nil : colon.flatMap { Int(place[place.index(after: $0)...]) }
            // Without a host it is the local one: not all addresses, as elsewhere.
            address = host.isEmpty ? "localhost" : host.filter { $0 != "[" && $0 != "]" }
            port = number ?? (isTLS ? 2376 : 2375)
        default: break
        }
    }

    package var isLoopback: Bool { address == "localhost" || Listener(address).isLoopback }

    /// Whether a socket may be what came of it; a name may be any address.
    package func isAt(_ listener: Listener) -> Bool {
        guard listener.transport == .tcp, port == listener.port else { return false }
        if address == listener.address { return true }
        if address == "localhost" { return listener.isLoopback }
        // Go opens one socket for both families, which is listed as `::`.
        if address == "0.0.0.0" || address == "::" { return listener.isWildcard }
        return !address.contains(":") && address.contains { $0.isLetter }
    }
}

extension Listener {
    /// Whether it takes connections to any address.
    package var isWildcard: Bool { address == "0.0.0.0" || address == "::" }
}
