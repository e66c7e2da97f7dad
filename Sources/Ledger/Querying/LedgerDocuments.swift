internal import Deployments
internal import JSON

/// What the ledger holds as JSON, for programs: one form for the command and for the console's API.
///
/// What is beside the records is in ASCII alone: it may be looked at on a terminal.
package enum LedgerDocuments {
    /// One object: the ECS records as `finding` and `deployment` (null where none is known), and `notes` and `trail` beside
    /// them.
    package static func text(_ details: FindingDetails) -> String {
        let notes = details.notes.map { note in
            object([
                ("time", quote(note.time.description)), ("author", quote(note.author)),
                ("state", quote(note.state.name)), ("note", quote(note.text)),
            ])
        }
        return object([
            ("finding", record(details.stored.ecs)), ("notes", "[\(notes.joined(separator: ","))]"),
            ("deployment", details.deployment.map { record($0.ecs) }), ("trail", trail(of: details.deployment)),
        ])
    }

    /// One object: the ECS record as `deployment`, and its `trail`.
    package static func text(_ deployment: DeploymentEntry) -> String {
        object([("deployment", record(deployment.ecs)), ("trail", trail(of: deployment))])
    }

    /// A part of a list as `items`, with where the list goes on as `after`.
    package static func text(_ records: [[UInt8]], after place: String?) -> String {
        object([("items", "[\(records.map(record).joined(separator: ","))]"), ("after", place.map(quote))])
    }

    private static func trail(of deployment: DeploymentEntry?) -> String {
        let entries = (deployment?.trail ?? []).map { entry in
            object([
                ("source", quote(entry.source)), ("dataset", quote(entry.dataset)),
                ("time", entry.time.map { quote($0.description) }), ("path", entry.path.map(quote)),
                ("offset", entry.offset.map { String($0) }),
            ])
        }
        return "[\(entries.joined(separator: ","))]"
    }

    /// A record as it was kept; one that is no JSON object as the text of an event.
    private static func record(_ record: [UInt8]) -> String {
        let parser = JSONParser(maximumBytes: max(1, record.count), maximumDepth: 128)
        let isObject = unsafe record.withUnsafeBytes { bytes in
            (try? unsafe parser.withDocument(bytes) { $0.isObject }) ?? false
        }
        let text = String(decoding: record, as: UTF8.self)
        return isObject ? text : object([("event", object([("original", quote(text))]))])
    }

    private static func object(_ members: [(name: String, value: String?)]) -> String {
        "{\(members.map { "\(quote($0.name)):\($0.value ?? "null")" }.joined(separator: ","))}"
    }

    private static func quote(_ text: String) -> String {
        var literal = ""
        for scalar in JSONValue.quote(text).unicodeScalars {
            guard !scalar.isASCII || scalar.value == 0x7F else {
                literal.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                let digits = String(unit, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return literal
    }
}
