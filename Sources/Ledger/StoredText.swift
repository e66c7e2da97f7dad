internal import Foundation
internal import GRDB

/// A text just as it is, as SQLite keeps it.
///
/// GRDB binds texts up to their first NUL, and reads them so, and names in logs may hold one. A text with a NUL is kept as
/// a BLOB, which no affinity changes, every other as TEXT: each finds itself again, and nothing else.
struct StoredText: DatabaseValueConvertible {
    var text: String

    init(_ text: String) { self.text = text }

    var databaseValue: DatabaseValue {
        text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
    }

    static func fromDatabaseValue(_ value: DatabaseValue) -> StoredText? {
        switch value.storage {
        case .string(let text): StoredText(text)
        case .blob(let data): StoredText(String(decoding: data, as: UTF8.self))
        case .int64, .double, .null: nil
        }
    }
}

extension Row {
    /// The text in a column; empty where there is none.
    func text(_ column: String) -> String { optionalText(column) ?? "" }

    /// The text in a column.
    func optionalText(_ column: String) -> String? {
        (self[column] as DatabaseValue?).flatMap(StoredText.fromDatabaseValue)?.text
    }

    /// The bytes in a column; empty where there are none.
    func bytes(_ column: String) -> [UInt8] { (self[column] as Data?).map { [UInt8]($0) } ?? [] }
}
