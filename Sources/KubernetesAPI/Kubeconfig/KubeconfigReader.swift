internal import Foundation
internal import Sigma

/// Reads a kubeconfig: YAML or JSON, of which what is not known is passed over unless it decides who is trusted.
struct KubeconfigReader {
    private let file: String
    private let folder: String
    private var reading = DocumentReading()
    private var kubeconfig = Kubeconfig()

    /// More of each than anybody has.
    private static let entryLimit = 10_000

    init(file: String) {
        self.file = file
        folder = (file as NSString).deletingLastPathComponent
    }

    mutating func read(_ text: String) -> (kubeconfig: Kubeconfig?, diagnostics: [Diagnostic]) {
        let yaml = YAMLDocuments(reading: text, file: file)
        reading.append(yaml.diagnostics)
        if !reading.failed { read(yaml.documents) }
        return (reading.failed ? nil : kubeconfig, reading.diagnostics)
    }

    private mutating func read(_ documents: [Attribute]) {
        guard documents.count <= 1 else {
            return reading.error("a kubeconfig is one document", documents[1].place, hint: "remove the line '---'")
        }
        guard let document = documents.first, case .map(let members) = document.content else {
            let place = documents.first?.place ?? Place(file: file, line: 1, column: 1)
            return reading.error("a kubeconfig is a map with 'clusters', 'users' and 'contexts'", place)
        }
        for member in members {
            switch member.key {
            case "kind": expect("Config", member)
            case "apiVersion": expect("v1", member)
            case "current-context": kubeconfig.currentContext = filled(member)
            case "clusters":
                kubeconfig.clusters = entries(member, "cluster") { reader, entry in reader.cluster(entry) }
            case "users": kubeconfig.users = entries(member, "user") { reader, entry in reader.user(entry) }
            case "contexts":
                kubeconfig.contexts = entries(member, "context") { reader, entry in reader.context(entry) }
            default: break
            }
        }
    }

    private mutating func expect(_ wanted: String, _ member: Attribute.Member) {
        guard let text = reading.text(member), text != wanted else { return }
        reading.error("this is no kubeconfig: its \(member.key) is not \(wanted)", member.value.place)
    }

    /// A list of entries that each have a `name` and, under `key`, what is named.
    private mutating func entries<Value>(
        _ member: Attribute.Member,
        _ key: String,
        _ read: (inout Self, Attribute.Member) -> Value?
    ) -> [String: Value] {
        let list: [Attribute]
        switch member.value.content {
        case .list(let entries): list = entries
        case .null: return [:]
        default:
            reading.error("'\(member.key)' must be a list", member.value.place)
            return [:]
        }
        guard list.count <= Self.entryLimit else {
            reading.error("'\(member.key)' has more than \(Self.entryLimit) entries", member.value.place)
            return [:]
        }
        var found: [String: Value] = [:]
        for entry in list {
            guard case .map(let members) = entry.content,
                let name = members.first(where: { $0.key == "name" }).flatMap({ filled($0) }),
                let named = members.first(where: { $0.key == key })
            else {
                reading.error("an entry of '\(member.key)' has a 'name' and a '\(key)'", entry.place)
                continue
            }
            guard found[name] == nil else {
                reading.error("two of '\(member.key)' are called '\(name)'", entry.place, hint: "remove one of them")
                continue
            }
            found[name] = read(&self, named)
        }
        return found
    }

    // MARK: Entries

    private mutating func cluster(_ member: Attribute.Member) -> Kubeconfig.Cluster? {
        var cluster = Kubeconfig.Cluster(server: "")
        var file: Material?
        for entry in reading.members(member) {
            switch entry.key {
            case "server": cluster.server = filled(entry) ?? ""
            case "certificate-authority": file = path(entry)
            case "certificate-authority-data": cluster.authority = data(entry)
            case "tls-server-name": cluster.serverName = serverName(entry)
            case "insecure-skip-tls-verify": cluster.isUnverified = reading.flag(entry) ?? false
            case "proxy-url" where filled(entry) != nil:
                reading.error(
                    "the API server is not asked through a proxy",
                    entry.place,
                    hint: "remove 'proxy-url', and let the server be reached from here"
                )
            default: break
            }
        }
        // Data go before files, as for kubectl.
        cluster.authority = cluster.authority ?? file
        if cluster.server.isEmpty { reading.error("a cluster has a 'server'", member.place) }
        if cluster.isUnverified, cluster.authority != nil {
            reading.error(
                "an authority and 'insecure-skip-tls-verify' contradict each other",
                member.place,
                hint: "remove 'insecure-skip-tls-verify'"
            )
        }
        return cluster
    }

    private mutating func user(_ member: Attribute.Member) -> Kubeconfig.User? {
        var user = Kubeconfig.User()
        var certificate: Material?
        var key: Material?
        var token: Material?
        for entry in reading.members(member) {
            switch entry.key {
            case "client-certificate": certificate = path(entry)
            case "client-certificate-data": user.clientCertificate = data(entry)
            case "client-key": key = path(entry)
            case "client-key-data": user.clientKey = data(entry)
            case "token": token = filled(entry).map { .bytes(Array($0.utf8)) }
            case "tokenFile": user.token = path(entry)
            case "exec" where !isEmpty(entry.value):
                user.plugin = plugin(entry)
                user.unusable = "'exec' at \(entry.place): \(Self.unusable["exec"] ?? "")"
            default:
                guard let reason = Self.unusable[entry.key], !isEmpty(entry.value) else { break }
                user.unusable = "'\(entry.key)' at \(entry.place): \(reason)"
            }
        }
        // Data go before files; of tokens it is the other way round, since a file's is the newer one (client-go).
        user.clientCertificate = user.clientCertificate ?? certificate
        user.clientKey = user.clientKey ?? key
        user.token = user.token ?? token
        if (user.clientCertificate == nil) != (user.clientKey == nil) {
            reading.error("a client certificate and its key belong together", member.place)
        }
        return user
    }

    /// Ways to be somebody that are not gone: to pass over them would be to ask as somebody else, or nobody.
    private static let unusable = [
        "exec": "no command is run for credentials; have it write a token to a file, and name that as 'tokenFile'",
        "auth-provider": "it is gone since Kubernetes 1.26; use a client certificate or 'tokenFile'",
        "username": "no API server takes passwords any more; use a client certificate or 'tokenFile'",
        "password": "no API server takes passwords any more; use a client certificate or 'tokenFile'",
        "as": "nobody is asked as somebody else; use that account's own credentials",
        "as-uid": "nobody is asked as somebody else; use that account's own credentials",
        "as-groups": "nobody is asked as somebody else; use that account's own credentials",
        "as-user-extra": "nobody is asked as somebody else; use that account's own credentials",
    ]

    private mutating func plugin(_ member: Attribute.Member) -> ExecPlugin? {
        var plugin = ExecPlugin(command: "", apiVersion: "")
        for entry in reading.members(member) {
            switch entry.key {
            case "command": plugin.command = filled(entry) ?? ""
            case "apiVersion": plugin.apiVersion = filled(entry) ?? ""
            case "args": plugin.arguments = isEmpty(entry.value) ? [] : reading.texts(entry)
            case "env":
                guard case .list(let variables) = entry.value.content else { break }
                for case .map(let pair) in variables.map(\.content) {
                    let name = pair.first { $0.key == "name" }.flatMap { filled($0) }
                    let value = pair.first { $0.key == "value" }.flatMap { reading.text($0) }
                    if let name { plugin.environment[name] = value ?? "" }
                }
            case "provideClusterInfo": plugin.wantsCluster = reading.flag(entry) ?? false
            case "interactiveMode": plugin.isInteractive = filled(entry) == "Always"
            default: break
            }
        }
        if plugin.command.isEmpty { reading.error("'exec' has a 'command'", member.place) }
        if plugin.command.contains("/"), !plugin.command.hasPrefix("/"), !folder.isEmpty {
            plugin.command = "\(folder)/\(plugin.command)"
        }
        return plugin
    }

    private mutating func context(_ member: Attribute.Member) -> Kubeconfig.Context? {
        var context = Kubeconfig.Context(cluster: "", user: "")
        for entry in reading.members(member) {
            switch entry.key {
            case "cluster": context.cluster = filled(entry) ?? ""
            case "user": context.user = filled(entry) ?? ""
            case "namespace": context.namespace = filled(entry)
            default: break
            }
        }
        return context
    }

    // MARK: Values

    /// A text; nil for an empty one, which counts as none.
    private mutating func filled(_ member: Attribute.Member) -> String? {
        reading.text(member).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func isEmpty(_ value: Attribute) -> Bool {
        switch value.content {
        case .null: true
        case .text(let text): text.isEmpty
        case .list(let list): list.isEmpty
        case .map(let members): members.isEmpty
        case .integer, .number, .boolean: false
        }
    }

    /// A file, beside this one where its path is relative.
    private mutating func path(_ member: Attribute.Member) -> Material? {
        guard let text = filled(member) else { return nil }
        guard !text.utf8.contains(0) else {
            reading.error("'\(member.key)' is no path", member.value.place)
            return nil
        }
        return .file(text.hasPrefix("/") || folder.isEmpty ? text : "\(folder)/\(text)")
    }

    /// What base64 stands for (RFC 4648, section 4).
    private mutating func data(_ member: Attribute.Member) -> Material? {
        guard let text = filled(member) else { return nil }
        let plain = text.filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: plain), !data.isEmpty else {
            // It may be a key: it is not quoted.
            reading.error("'\(member.key)' is no base64", member.value.place)
            return nil
        }
        return .bytes(Array(data))
    }

    private mutating func serverName(_ member: Attribute.Member) -> String? {
        guard let text = filled(member) else { return nil }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { byte in
                        byte == UInt8(ascii: "-") || (48...57).contains(byte) || (97...122).contains(byte | 0x20)
                    }
            }
        // Four numbers are an address, which a certificate has in another way.
        guard isName, labels.last?.contains(where: \.isLetter) == true else {
            reading.error("'\(member.key)' is the name in the server's certificate, not an address", member.value.place)
            return nil
        }
        return text.lowercased()
    }
}
