import JSON

/// The JSON parser: what it takes, written out and read again, is the same; what it refuses has a place.
enum JSONFuzzing {
    private nonisolated(unsafe) static let parser = JSONParser()
    private nonisolated(unsafe) static let second = JSONParser(maximumBytes: 64 << 20)

    static func run(_ bytes: UnsafeRawBufferPointer) {
        do throws(JSONError) {
            let text = try parser.withDocument(bytes) { root in
                visit(root)
                return root.jsonText
            }
            // A double is written as Swift writes it, which JSON's grammar holds.
            let again = (try? second.withDocument(text) { $0.jsonText }) ?? "refused"
            precondition(again == text, "\(text) reads back as \(again)")
        } catch {
            precondition((0...bytes.count).contains(error.offset), "\(error)")
        }
    }

    private static func visit(_ value: JSONValue) {
        _ = value["kind"]
        _ = value.member(named: "kind")
        _ = value.double
        for (key, member) in value.members {
            precondition(String(key).utf8.count == key.count)
            visit(member)
        }
        for element in value.elements { visit(element) }
    }
}
