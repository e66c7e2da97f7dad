#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Decisions in systemd's journal, each an entry with its own fields.
///
/// The native protocol: https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. `MESSAGE` is the decision in one sentence,
/// `TIDEWAITER_ECS` its ECS line; `journalctl TIDEWAITER_DECISION_ID=…` finds the one that a refused client was told.
package struct JournalDecisionSink: DecisionSink {
    private let path: String
    private let socket: DatagramSocket

    /// Where journald listens.
    package static let defaultPath = "/run/systemd/journal/socket"

    /// Names entries of this kind for `journalctl MESSAGE_ID=`.
    private static let messageID = "5c1f6f0f6b4d4f6c9a36b4f0c7a41610"

    package init(path: String = defaultPath) throws(DecisionLogError) {
        self.path = path
        do throws(DatagramError) {
            socket = try DatagramSocket(to: path)
        } catch {
            throw DecisionLogError("the journal cannot be reached: \(error)")
        }
    }

    /// Nothing is open that journald's restart would close.
    package mutating func reopen() throws(DecisionLogError) {}

    package mutating func write(_ records: [DecisionRecord]) -> (written: Int, failure: DecisionLogError?) {
        for (index, record) in records.enumerated() {
            do throws(DatagramError) {
                try socket.send(Self.entry(record))
            } catch {
                return (index, DecisionLogError("the journal does not take the decision: \(error)"))
            }
        }
        return (records.count, nil)
    }

    static func entry(_ record: DecisionRecord) -> [UInt8] {
        var entry: [UInt8] = []
        append("MESSAGE", Array(record.sentence.utf8), to: &entry)
        append("MESSAGE_ID", Array(messageID.utf8), to: &entry)
        // syslog's levels: 4 is a warning, 6 information.
        append("PRIORITY", [UInt8(ascii: record.outcome == "allowed" ? "6" : "4")], to: &entry)
        append("SYSLOG_IDENTIFIER", Array("tidewaiter".utf8), to: &entry)
        append("TIDEWAITER_DECISION_ID", Array(record.id.utf8), to: &entry)
        append("TIDEWAITER_DECISION_OUTCOME", Array(record.outcome.utf8), to: &entry)
        for line in record.lines.split(separator: 10) { append("TIDEWAITER_ECS", Array(line), to: &entry) }
        return entry
    }

    /// A field: by its length in little-endian where its value has lines.
    private static func append(_ name: String, _ value: [UInt8], to entry: inout [UInt8]) {
        entry += name.utf8
        if value.contains(10) {
            entry.append(10)
            let count = UInt64(value.count)
            entry += (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        } else {
            entry.append(UInt8(ascii: "="))
        }
        entry += value
        entry.append(10)
    }
}
