internal import Deployments
internal import Intake

/// Turns what comes in the export format into batches.
struct JournalIntake {
    private let configuration: Journal.Configuration
    private let name: String
    private var parser: JournalExportParser
    /// Behind the last entry that was given.
    private(set) var cursor: String?
    /// Entries are passed over up to the one with this cursor.
    private var awaited: String?
    /// Entries are passed over until nothing more is there.
    private var isSkipping = false
    private var damages = 0

    /// - Parameter skips: whether what comes begins with what was given before.
    init(_ configuration: Journal.Configuration, name: String, cursor: String?, skips: Bool = false) {
        self.configuration = configuration
        self.name = name
        self.cursor = cursor
        awaited = skips ? cursor : nil
        parser = JournalExportParser(maximumBytes: configuration.maximumRecordBytes)
    }

    /// Passes over all that is there at first.
    mutating func skipsToEnd() { isSkipping = true }

    /// Gives what comes until nothing more does; why that is.
    mutating func run(_ feed: any SourceFeed, _ read: () -> PipeReader.Reading) async throws -> String {
        var pace = PollPace()
        feed.tell(.following(lag: nil))
        while true {
            try Task.checkCancellation()
            switch read() {
            case .bytes(let bytes):
                pace.gave()
                let entries = wanted(parser.entries(in: bytes))
                for start in stride(from: 0, to: entries.count, by: max(1, configuration.batchRecords)) {
                    try await give(entries[start...].prefix(configuration.batchRecords), feed)
                }
                tellDamage(feed)
            case .nothing:
                try await settle(feed)
                try await pace.pause()
            case .end: return " (nothing more comes)"
            case .failed(let code): return " (\(SystemError.words(code)))"
            }
        }
    }

    /// All that was there at first has been read.
    private mutating func settle(_ feed: any SourceFeed) async throws {
        if isSkipping {
            isSkipping = false
            if let cursor { try await feed.take(LiveBatch(stream: name, cursor: cursor)) }
        }
        if awaited != nil {
            awaited = nil
            feed.tell(
                .lost(
                    reason: "the entry that was read last is not there any longer: what is there was passed over",
                    records: nil
                )
            )
        }
    }

    /// Those that are new and meant.
    private mutating func wanted(_ entries: [JournalEntry]) -> [JournalEntry] {
        var entries = entries[...]
        if isSkipping {
            cursor = entries.last?.cursor ?? cursor
            return []
        }
        if let awaited {
            guard let index = entries.firstIndex(where: { $0.cursor == awaited }) else { return [] }
            entries = entries[(index + 1)...]
            self.awaited = nil
        }
        return entries.filter(isMeant)
    }

    private func isMeant(_ entry: JournalEntry) -> Bool {
        guard case .export = configuration.origin, !configuration.units.isEmpty || !configuration.identifiers.isEmpty
        else { return true }
        let units = configuration.units.map { $0.contains(".") ? $0 : "\($0).service" }
        return entry["_SYSTEMD_UNIT"].map(units.contains) ?? false
            || entry["SYSLOG_IDENTIFIER"].map(configuration.identifiers.contains) ?? false
    }

    private mutating func give(_ entries: ArraySlice<JournalEntry>, _ feed: any SourceFeed) async throws {
        guard !entries.isEmpty else { return }
        cursor = entries.last?.cursor ?? cursor
        let records = entries.map { entry in
            LiveRecord(
                bytes: Array(entry.json.utf8),
                // The same whenever it is read: microseconds since 1970.
                position: ContainerDeployment.LogPosition(
                    path: name,
                    offset: entry["__REALTIME_TIMESTAMP"].flatMap { Int($0) } ?? 0
                ),
                defects: entry.isCut ? [.oversized] : []
            )
        }
        try await feed.take(LiveBatch(stream: name, records: records, cursor: cursor ?? ""))
    }

    private mutating func tellDamage(_ feed: any SourceFeed) {
        guard parser.damages > damages else { return }
        feed.tell(.lost(reason: "what came is not in the journal's export format", records: parser.damages - damages))
        damages = parser.damages
    }
}
