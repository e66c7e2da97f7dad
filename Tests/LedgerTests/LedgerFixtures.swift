import Foundation

/// Ledgers as earlier versions wrote them.
enum LedgerFixtures {
    /// The statements that make one of version 1.
    static var version1: String {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return try String(contentsOf: folder.appending(path: "Fixtures/ledger-1.sql"), encoding: .utf8)
        }
    }
}
