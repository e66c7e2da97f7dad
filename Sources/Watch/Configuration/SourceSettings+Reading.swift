internal import Intake
internal import Sigma

extension SourceSettings {
    private static let kinds = [
        "files", "journal", "container-logs", "static-pods", "docker-events", "kubernetes-audit-webhook",
        "kubernetes-watch", "syslog", "standard-input", "decisions",
    ]

    /// Reads an entry of `sources`; nil after complaining.
    static func read(_ entry: Attribute, _ reading: inout DocumentReading) -> SourceSettings? {
        guard let named = NamedEntry(entry, kinds: kinds, common: [], &reading),
            let kind = kind(named.kind, &reading)
        else { return nil }
        return SourceSettings(name: named.name, kind: kind, place: entry.place)
    }

    private static func kind(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Kind? {
        switch member.key {
        case "files": files(member, &reading)
        case "journal": .journal(journal(member, &reading))
        case "container-logs": .containerLogs(containerLogs(member, &reading))
        case "static-pods": staticPods(member, &reading)
        case "docker-events": .dockerEvents(engine(member, &reading))
        case "kubernetes-audit-webhook": receiver(member, &reading, takesFormat: false).map { .auditWebhook($0.0) }
        case "kubernetes-watch": .clusterWatch(ClusterSettings.read(member, &reading))
        case "syslog": receiver(member, &reading, takesFormat: true).map { .syslog($0.0, format: $0.1) }
        case "standard-input": .standardInput(standardInput(member, &reading))
        case "decisions": decisions(member, &reading)
        default: nil
        }
    }

    // MARK: Logs

    private static func files(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Kind? {
        var settings = FileSettings(paths: [], format: RecordFormat(input: .dockerLog))
        var isFormatKnown = false
        for entry in reading.members(member) {
            switch entry.key {
            case "paths": settings.paths = reading.someTexts(entry)
            case "from": settings.fromBeginning = reading.isBeginning(entry) ?? false
            case "format":
                isFormatKnown = true
                if let format = reading.inputFormat(entry) { settings.format.input = format }
            case "access-log-format": settings.format.accessLog = reading.text(entry)
            default: reading.unknown(entry, ["paths", "format", "access-log-format", "from"])
            }
        }
        if settings.paths.isEmpty, !reading.failed {
            reading.error("'paths' is missing", member.place, hint: "such as paths: [/var/log/kubernetes/audit.log]")
        }
        if !isFormatKnown {
            let names = InputFormat.allCases.map(\.rawValue).joined(separator: ", ")
            reading.error("'format' is missing", member.place, hint: "one of \(names)")
        }
        return .files(settings)
    }

    private static func journal(_ member: Attribute.Member, _ reading: inout DocumentReading) -> JournalSettings {
        var settings = JournalSettings(format: RecordFormat(input: .dockerLog))
        for entry in reading.members(member) {
            switch entry.key {
            case "units": settings.units = reading.someTexts(entry)
            case "folder": settings.folder = reading.text(entry)
            case "export": settings.export = reading.text(entry)
            case "format": if let format = reading.inputFormat(entry) { settings.format.input = format }
            case "access-log-format": settings.format.accessLog = reading.text(entry)
            default: reading.unknown(entry, ["units", "folder", "export", "format", "access-log-format"])
            }
        }
        if settings.units.isEmpty {
            reading.error("'units' is missing", member.place, hint: "such as units: [docker.service]")
        }
        return settings
    }

    private static func containerLogs(_ member: Attribute.Member, _ reading: inout DocumentReading)
        -> ContainerLogSettings
    {
        var settings = ContainerLogSettings()
        for entry in reading.members(member) {
            switch entry.key {
            case "paths": settings.paths = reading.someTexts(entry)
            case "namespaces": settings.namespaces = reading.texts(entry)
            case "without-namespaces": settings.withoutNamespaces = reading.texts(entry)
            case "pods": settings.pods = reading.texts(entry)
            case "containers": settings.containers = reading.texts(entry)
            case "from": settings.fromBeginning = reading.isBeginning(entry) ?? false
            default:
                reading.unknown(entry, ["paths", "namespaces", "without-namespaces", "pods", "containers", "from"])
            }
        }
        return settings
    }

    private static func staticPods(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Kind {
        var folder = "/etc/kubernetes/manifests"
        for entry in reading.members(member) {
            if entry.key == "folder" {
                if let text = reading.text(entry) { folder = text }
            } else {
                reading.unknown(entry, ["folder"])
            }
        }
        return .staticPods(folder: folder)
    }

    private static func standardInput(_ member: Attribute.Member, _ reading: inout DocumentReading) -> RecordFormat {
        var format = RecordFormat(input: .dockerLog)
        var isFormatKnown = false
        for entry in reading.members(member) {
            switch entry.key {
            case "format":
                isFormatKnown = true
                if let input = reading.inputFormat(entry) { format.input = input }
            case "access-log-format": format.accessLog = reading.text(entry)
            default: reading.unknown(entry, ["format", "access-log-format"])
            }
        }
        if !isFormatKnown { reading.error("'format' is missing", member.place, hint: "such as kubernetes-audit") }
        return format
    }

    private static func decisions(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Kind {
        var paths: [String] = []
        for entry in reading.members(member) {
            if entry.key == "paths" { paths = reading.someTexts(entry) } else { reading.unknown(entry, ["paths"]) }
        }
        if paths.isEmpty {
            reading.error("'paths' is missing", member.place, hint: "the files that 'guard --log' writes to")
        }
        return .decisions(paths: paths)
    }

    // MARK: Sockets

    private static func engine(_ member: Attribute.Member, _ reading: inout DocumentReading) -> EngineSettings {
        var settings = EngineSettings()
        for entry in reading.members(member) {
            switch entry.key {
            case "engine": if let address = reading.text(entry) { settings.address = address }
            case "tls": settings.tls = reading.tls(entry)
            case "existing": settings.readsExisting = reading.flag(entry) ?? false
            default: reading.unknown(entry, ["engine", "tls", "existing"])
            }
        }
        return settings
    }

    private static func receiver(
        _ member: Attribute.Member,
        _ reading: inout DocumentReading,
        takesFormat: Bool
    ) -> (ReceiverSettings, RecordFormat)? {
        var settings = ReceiverSettings(addresses: [])
        var format = RecordFormat(input: takesFormat ? .dockerLog : .kubernetesAudit)
        var isFormatKnown = !takesFormat
        for entry in reading.members(member) {
            switch entry.key {
            case "listen": settings.addresses = reading.someTexts(entry)
            case "tls": settings.tls = reading.tls(entry)
            case "token-file" where !takesFormat: settings.tokenFile = reading.text(entry)
            case "format" where takesFormat:
                isFormatKnown = true
                if let input = reading.inputFormat(entry) { format.input = input }
            case "access-log-format" where takesFormat: format.accessLog = reading.text(entry)
            default:
                reading.unknown(
                    entry,
                    ["listen", "tls"] + (takesFormat ? ["format", "access-log-format"] : ["token-file"])
                )
            }
        }
        if settings.addresses.isEmpty {
            reading.error("'listen' is missing", member.place, hint: "such as listen: unix:///run/tidewaiter/in.sock")
        }
        if !isFormatKnown {
            reading.error("'format' is missing", member.place, hint: "such as docker-log or access-log")
        }
        return (settings, format)
    }
}

extension ClusterSettings {
    /// Reads how an API server is reached, and what of it is watched.
    static func read(_ member: Attribute.Member, _ reading: inout DocumentReading) -> ClusterSettings {
        var settings = ClusterSettings()
        for entry in reading.members(member) {
            switch entry.key {
            case "api-server": settings.server = reading.text(entry)
            case "token-file": settings.tokenFile = reading.text(entry)
            case "authority": settings.authority = reading.text(entry)
            case "kubeconfig": settings.kubeconfig = reading.text(entry)
            case "context": settings.context = reading.text(entry)
            case "allow-insecure-skip-tls-verify": settings.allowsUnverified = reading.flag(entry) ?? false
            case "resources": settings.resources = reading.someTexts(entry)
            case "namespace": settings.namespace = reading.text(entry)
            default: reading.unknown(entry, Self.keys)
            }
        }
        let isNamed = settings.server != nil || settings.tokenFile != nil || settings.authority != nil
        if settings.kubeconfig != nil, isNamed {
            reading.error(
                "'kubeconfig' and 'api-server' contradict each other",
                member.place,
                hint: "a kubeconfig names server, authority and credentials"
            )
        }
        if settings.kubeconfig == nil, settings.context != nil || settings.allowsUnverified {
            reading.error("'context' and 'allow-insecure-skip-tls-verify' go with 'kubeconfig'", member.place)
        }
        return settings
    }

    private static let keys = [
        "api-server", "token-file", "authority", "kubeconfig", "context", "allow-insecure-skip-tls-verify", "resources",
        "namespace",
    ]
}
