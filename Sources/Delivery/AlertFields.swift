internal import JSON

extension Alert {
    /// Deeper objects than any of our records has are not looked into.
    private static let depthLimit = 64

    /// The values of an ECS field, as text: of those kept beside the record, of the record itself otherwise.
    ///
    /// Objects have no text, and booleans and numbers that of JSON.
    func values(of field: String) -> [String] {
        if let value = fields[field] { return [value] }
        return
            (try? withRecord { record in
                let parts = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                guard let value = Self.value(at: parts[...], in: record) else { return [] }
                return value.isArray ? value.elements.compactMap(Self.text) : [Self.text(value)].compactMap { $0 }
            }) ?? []
    }

    /// The first value of an ECS field.
    func value(of field: String) -> String? { values(of: field).first }

    /// The value of an ECS field as JSON text; nil where there is none.
    func json(of field: String) -> String? {
        if let value = fields[field] { return JSONValue.quote(value) }
        let parts = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return try? withRecord { Self.value(at: parts[...], in: $0)?.jsonText }
    }

    /// Whether its record is a JSON object, as it is to be.
    var hasRecord: Bool { (try? withRecord(\.isObject)) ?? false }

    /// Lends the ECS record.
    ///
    /// - Throws: `JSONError` where it is none.
    private func withRecord<Result>(_ body: (JSONValue) -> Result) throws(JSONError) -> Result {
        let parser = JSONParser(maximumBytes: max(ecs.count, 1), maximumDepth: Self.depthLimit)
        let read: Swift.Result<Result, JSONError> = unsafe ecs.withUnsafeBytes { bytes in
            Swift.Result { () throws(JSONError) in try unsafe parser.withDocument(bytes, body) }
        }
        return try read.get()
    }

    /// A member by its dotted name, nested or not.
    private static func value(at parts: ArraySlice<String>, in object: JSONValue) -> JSONValue? {
        guard !parts.isEmpty else { return object }
        guard object.isObject else { return nil }
        for count in 1...parts.count {
            guard let member = object.member(named: parts.prefix(count).joined(separator: ".")) else { continue }
            if let value = value(at: parts.dropFirst(count), in: member) { return value }
        }
        return nil
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value.kind {
        case .object, .array, .null: nil
        case .string: value.string
        default: value.jsonText
        }
    }

    /// The ECS record with what a receiver needs in every one: a time, and of how many findings it tells.
    ///
    /// - Parameter now: stands for a time that the source did not say.
    func record(now: String) -> [UInt8] {
        var extra = time == nil && value(of: "@timestamp") == nil ? #""@timestamp":\#(JSONValue.quote(now)),"# : ""
        if let repeats {
            extra += #""tidewaiter.repeats.count":\#(repeats.count),"#
            if let first = repeats.first { extra += #""tidewaiter.repeats.first":"\#(first)","# }
        }
        guard !extra.isEmpty, ecs.first == UInt8(ascii: "{") else { return ecs }
        let isEmpty = ecs.dropFirst().first == UInt8(ascii: "}")
        return [UInt8(ascii: "{")] + (isEmpty ? extra.utf8.dropLast() : extra.utf8[...]) + ecs.dropFirst()
    }
}
