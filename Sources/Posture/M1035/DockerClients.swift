internal import Sigma

extension Check {
    /// Whether anybody on the host is told to give orders in clear.
    static let dockerClients = Check(
        id: "TW-M1035-011",
        title: "Docker Clients Talk To Plain TCP Hosts",
        mitigation: .limitAccess,
        level: .medium,
        reads:
            "DOCKER_HOST and CONTAINER_HOST in processes, units and the files that set variables at login, and the contexts in "
            + "every user's ~/.docker",
        passes: "they name ssh://, unix://, or tcp:// with certificates that are verified",
        remedy: "docker context create NAME --docker host=ssh://USER@HOST, and unset DOCKER_HOST",
        references: [
            "https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket",
            "https://docs.docker.com/engine/manage-resources/contexts/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let told = host.clientHosts
                if case .unreadable(let reason) = host.processes, told.isEmpty {
                    return [CheckResult(.unknown, subject: "", "processes could not be read: \(reason)")]
                }
                return told.isEmpty
                    ? [CheckResult(.notApplicable, subject: "", "no client is told of another engine than the host's")]
                    : told.map(\.result)
            }
        },
        fix: { evidence in
            let told = evidence.host.value?.clientHosts ?? []
            let steps = told.filter { $0.result.outcome != .pass }.map { one in
                "\(one.place): replace \(one.value) by \(one.sshInstead)"
            }
            return [
                Fix(
                    "Have clients talk by SSH",
                    [.steps(steps)],
                    caution: "each client needs a login on the engine's host, in the group that may open its socket"
                )
            ]
        }
    )
}

/// An engine that a client is told to use.
struct ClientHost: Equatable {
    enum Protection { case verified, encrypted, none, unknown }

    /// `tcp://build:2375`.
    var value: String
    var place: String
    var protection: Protection
    var line: String

    /// The files that set variables, for whoever collects.
    static let requests = [
        FileRequest("/etc/environment", .text), FileRequest("/etc/profile", .text),
        FileRequest("/etc/profile.d/*.sh", .text), FileRequest("/etc/bash.bashrc", .text),
        FileRequest("/etc/default/docker", .text), FileRequest("/etc/environment.d/*.conf", .text),
        FileRequest("/etc/systemd/system.conf", .text), FileRequest("~/.bashrc", .text),
        FileRequest("~/.bash_profile", .text), FileRequest("~/.profile", .text), FileRequest("~/.zshrc", .text),
        FileRequest("~/.zshenv", .text), FileRequest("~/.config/environment.d/*.conf", .text),
        FileRequest("~/.docker/contexts/meta/*/meta.json", .text), FileRequest("~/.docker/contexts/tls/*/docker/*"),
        FileRequest("~/.config/containers/podman-connections.json", .text),
    ]

    /// Whether it is on the network at all.
    var isTCP: Bool { value.hasPrefix("tcp:") || value.hasPrefix("http:") || !value.contains("://") }

    var result: CheckResult {
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: place, "\(value): \(reason)", evidence: [line])
        }
        guard isTCP else { return result(.pass, "orders go by a way that says who gives them") }
        return switch protection {
        case .verified: result(.pass, "orders go over TLS, to a server that is verified")
        case .encrypted: result(.fail, "orders go over TLS to whoever answers: the server is not verified")
        case .none: result(.fail, "orders go in clear, and whoever is in between gives others")
        case .unknown: result(.unknown, "whether certificates are used is not known")
        }
    }

    /// `ssh://USER@build`.
    var sshInstead: String {
        let rest = value.firstRange(of: "://").map { value[$0.upperBound...] } ?? value[...]
        return "ssh://USER@\(DockerHost("tcp://\(rest)", isTLS: false).address)"
    }
}

extension HostEvidence {
    /// What clients are told: by variables, and by contexts.
    var clientHosts: [ClientHost] {
        var found: [ClientHost] = []
        for process in processes.value ?? [] where !process.isDockerDaemon {
            found += Self.hosts(in: process.environment ?? [:], place: process.words)
        }
        let homes = (users.value ?? []).map(\.home).filter { $0.hasPrefix("/") && $0 != "/" }
        let wanted = ClientHost.requests.filter { $0.part == .text && !$0.path.hasSuffix(".json") }.map(\.path)
        for file in files.values.sorted(by: { $0.path < $1.path }) {
            guard let text = file.text else { continue }
            if file.path.hasSuffix("/meta.json"), file.path.contains("/.docker/contexts/meta/") {
                found += context(text, at: file.path)
            } else if file.path.hasSuffix("/podman-connections.json") {
                found += Self.connections(text, at: file.path)
            } else if wanted.contains(where: { Self.isMeant(file.path, by: $0, homes) })
                || file.path.hasSuffix(".service")
                || file.path.contains(".service.d/")
            {
                found += Self.hosts(in: Self.variables(in: text), place: file.path)
            }
        }
        // A variable of a login is in all its processes: once is enough.
        var seen: Set<String> = []
        return found.filter { seen.insert("\($0.place) \($0.value)").inserted }
    }

    private static func isMeant(_ path: String, by pattern: String, _ homes: [String]) -> Bool {
        let patterns = pattern.hasPrefix("~/") ? homes.map { $0 + pattern.dropFirst() } : [pattern]
        return patterns.contains { pattern in
            let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 1 ? path == pattern : path.hasPrefix(parts[0]) && path.hasSuffix(parts[1])
        }
    }

    private static func hosts(in variables: [String: String], place: String) -> [ClientHost] {
        ["DOCKER_HOST", "CONTAINER_HOST"].compactMap { name in
            guard let value = variables[name], !value.isEmpty, !value.contains("$") else { return nil }
            let verify = variables["DOCKER_TLS_VERIFY"] ?? ""
            let protection: ClientHost.Protection =
                name == "CONTAINER_HOST"
                ? .none
                : !verify.isEmpty ? .verified : (variables["DOCKER_TLS"] ?? "").isEmpty ? .none : .encrypted
            return ClientHost(value: value, place: place, protection: protection, line: "\(name)=\(value)")
        }
    }

    /// `export A=b`, `A="b"` and `Environment="A=b" C=d`, line by line.
    private static func variables(in text: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) where !line.hasPrefix("#") {
            guard line.contains("DOCKER_") || line.contains("CONTAINER_HOST") else { continue }
            let words = SystemdCommand.words(of: line.replacing(";", with: " "))
            for word in words {
                let inner = word.hasPrefix("Environment=") || word.hasPrefix("DefaultEnvironment=")
                let assignment =
                    inner ? word[word.index(after: word.firstIndex(of: "=") ?? word.startIndex)...] : word[...]
                guard let equals = assignment.firstIndex(of: "=") else { continue }
                found[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
            }
        }
        return found
    }

    /// A context of the docker command; its certificates are beside it, and without any TCP is plain.
    private func context(_ text: String, at path: String) -> [ClientHost] {
        guard let document = try? Document(json: text), let docker = document.at("Endpoints", "docker"),
            let host = docker["Host"]?.text, !host.isEmpty
        else { return [] }
        let id = HostFile.folder(of: path).split(separator: "/").last ?? ""
        let root = path.firstRange(of: "/meta/").map { path[..<$0.lowerBound] } ?? ""
        let folder = "\(root)/tls/\(id)/docker"
        let keys = files(below: folder)
        let protection: ClientHost.Protection
        if docker["SkipTLSVerify"]?.bool == true {
            protection = .encrypted
        } else if keys.contains(where: { $0.path.hasSuffix("/ca.pem") }) {
            protection = .verified
        } else if !keys.isEmpty {
            protection = .verified
        } else if files[folder] != nil || files["\(root)/tls"]?.kind == .missing {
            protection = .none
        } else {
            protection = .unknown
        }
        let name = document["Name"]?.text.map { "context \"\($0)\", " } ?? ""
        return [ClientHost(value: host, place: "\(name)\(path)", protection: protection, line: "Host: \(host)")]
    }

    private static func connections(_ text: String, at path: String) -> [ClientHost] {
        guard let document = try? Document(json: text) else { return [] }
        return (document.at("Connection", "Connections")?.members ?? []).compactMap { member in
            guard let uri = member.value["URI"]?.text else { return nil }
            let isTLS = member.value["TLSCA"]?.text.map { !$0.isEmpty } ?? false
            return ClientHost(
                value: uri,
                place: "connection \"\(member.name)\", \(path)",
                protection: isTLS ? .verified : .none,
                line: "URI: \(uri)"
            )
        }
    }
}
