internal import Sigma

extension OutputSettings {
    private static let kinds = [
        "terminal", "standard-output", "file", "syslog", "webhook", "slack", "teams", "elasticsearch", "otlp",
        "kubernetes-events",
    ]

    /// Reads an entry of `outputs`; nil after complaining.
    static func read(_ entry: Attribute, _ reading: inout DocumentReading) -> OutputSettings? {
        guard let named = NamedEntry(entry, kinds: kinds, common: ["level", "group-within"], &reading),
            let kind = kind(named.kind, &reading)
        else { return nil }
        var settings = OutputSettings(name: named.name, kind: kind, place: entry.place)
        for member in named.others {
            switch member.key {
            case "level": if let level = reading.word(member, of: Level.self) { settings.level = level }
            default: settings.groupWithin = reading.duration(member)
            }
        }
        return settings
    }

    private static func kind(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Kind? {
        switch member.key {
        case "terminal", "standard-output":
            for entry in reading.members(member) { reading.unknown(entry, []) }
            return member.key == "terminal" ? .terminal : .standardOutput
        case "file": return file(member, &reading).map { .file($0) }
        case "syslog": return syslog(member, &reading).map { .syslog($0) }
        case "webhook": return webhook(member, &reading, isGeneric: true).map { .webhook($0) }
        case "slack": return webhook(member, &reading, isGeneric: false).map { .slack($0) }
        case "teams": return webhook(member, &reading, isGeneric: false).map { .teams($0) }
        case "elasticsearch":
            var index: String?
            guard let server = server(member, &reading, index: &index) else { return nil }
            return .elasticsearch(server, index: index ?? "logs-tidewaiter-default")
        case "otlp":
            var index: String?
            guard let server = server(member, &reading, index: &index) else { return nil }
            if index != nil { reading.error("'index' is Elasticsearch's", member.place) }
            return .otlp(server)
        case "kubernetes-events": return .kubernetesEvents(ClusterSettings.read(member, &reading))
        default: return nil
        }
    }

    private static func file(_ member: Attribute.Member, _ reading: inout DocumentReading) -> RotatedFileSettings? {
        var settings = RotatedFileSettings(path: "")
        for entry in reading.members(member) {
            switch entry.key {
            case "path": settings.path = reading.text(entry) ?? ""
            case "size": if let size = reading.largeSize(entry) { settings.size = size }
            case "age": settings.age = reading.duration(entry)
            case "keep": if let count = reading.count(entry) { settings.keep = count }
            default: reading.unknown(entry, ["path", "size", "age", "keep"])
            }
        }
        guard settings.path.isEmpty else { return settings }
        reading.error("'path' is missing", member.place, hint: "such as path: /var/log/tidewaiter/findings.jsonl")
        return nil
    }

    private static func syslog(_ member: Attribute.Member, _ reading: inout DocumentReading) -> SyslogSettings? {
        var settings = SyslogSettings(address: "")
        for entry in reading.members(member) {
            switch entry.key {
            case "address": settings.address = reading.text(entry) ?? ""
            case "tls": settings.tls = reading.tls(entry)
            default: reading.unknown(entry, ["address", "tls"])
            }
        }
        guard settings.address.isEmpty else { return settings }
        reading.error("'address' is missing", member.place, hint: "such as address: tls://syslog.example.com:6514")
        return nil
    }

    private static func webhook(
        _ member: Attribute.Member,
        _ reading: inout DocumentReading,
        isGeneric: Bool
    ) -> WebhookSettings? {
        var settings = WebhookSettings()
        for entry in reading.members(member) {
            switch entry.key {
            case "url": settings.address = reading.text(entry)
            case "url-file": settings.addressFile = reading.text(entry)
            case "template" where isGeneric: settings.template = reading.text(entry)
            case "secret-file" where isGeneric: settings.secretFile = reading.text(entry)
            case "token-file" where isGeneric: settings.tokenFile = reading.text(entry)
            case "authority": settings.authority = reading.text(entry)
            default:
                reading.unknown(
                    entry,
                    ["url", "url-file", "authority"] + (isGeneric ? ["template", "secret-file", "token-file"] : [])
                )
            }
        }
        guard (settings.address == nil) == (settings.addressFile == nil) else { return settings }
        reading.error("one of 'url' and 'url-file' is needed", member.place)
        return nil
    }

    private static func server(
        _ member: Attribute.Member,
        _ reading: inout DocumentReading,
        index: inout String?
    ) -> ServerSettings? {
        var settings = ServerSettings(address: "")
        for entry in reading.members(member) {
            switch entry.key {
            case "url": settings.address = reading.text(entry) ?? ""
            case "index": index = reading.text(entry)
            case "token-file": settings.tokenFile = reading.text(entry)
            case "user": settings.user = reading.text(entry)
            case "password-file": settings.passwordFile = reading.text(entry)
            case "authority": settings.authority = reading.text(entry)
            default: reading.unknown(entry, ["url", "index", "token-file", "user", "password-file", "authority"])
            }
        }
        guard settings.address.isEmpty else { return settings }
        reading.error("'url' is missing", member.place, hint: "such as url: https://search.example.com:9200")
        return nil
    }
}
