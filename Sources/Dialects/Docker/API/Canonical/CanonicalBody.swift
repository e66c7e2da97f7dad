internal import JSON

/// The body of a request as the daemon decodes it, and the bytes that are forwarded in its place.
package struct CanonicalBody: Sendable, Equatable {
    /// What it says.
    package var value: CanonicalValue
    /// Keys that the daemon does not know, by their paths: they are not forwarded.
    package var dropped: [String]

    package init(_ value: CanonicalValue, dropped: [String] = []) {
        self.value = value
        self.dropped = dropped
    }

    /// Compact JSON of what it says.
    package var bytes: [UInt8] { value.jsonBytes }

    /// Nesting past this is no request of anybody.
    private static let maximumDepth = 64

    /// Reads a body by the daemon's own schema, without a doubt or not at all.
    ///
    /// Keys match as Go's decoder matches them, in any case and with Unicode's simple folding; what only such a decoder
    /// would read as one thing is refused: a field written twice, data behind the value, a value of another type.
    ///
    /// - Parameter version: that of the request; nil for the daemon's own.
    /// - Returns: nil for a body that says nothing, where the endpoint takes none.
    package static func read(
        _ bytes: [UInt8],
        as schema: BodySchema,
        version: APIVersion? = nil
    ) throws(ReadingRefusal) -> CanonicalBody? {
        guard let type = schema.type else { return nil }
        guard bytes.contains(where: { $0 > 32 }) else {
            guard schema.mayBeEmpty else { throw ReadingRefusal(place: "body", "the request needs a body") }
            return nil
        }
        let body = try read(bytes, as: type)
        if case .containerStart = schema { return try start(body, version) }
        return body
    }

    /// Reads what a daemon answers, of which nothing is known but that it is JSON.
    package static func read(answer bytes: [UInt8]) throws(ReadingRefusal) -> CanonicalValue {
        try read(bytes, as: BodyType.any).value
    }

    /// Reads a body as one type of Go.
    static func read(_ bytes: [UInt8], as type: BodyType) throws(ReadingRefusal) -> CanonicalBody {
        let parser = JSONParser(
            maximumBytes: max(bytes.count, 1),
            maximumDepth: maximumDepth,
            takesNumbersOutOfRange: false
        )
        var decoder = BodyDecoder()
        switch unsafe bytes.withUnsafeBytes({ unsafe decoder.decode($0, as: type, with: parser) }) {
        case .success(let value): return CanonicalBody(value, dropped: decoder.dropped)
        case .failure(var refusal):
            refusal.offset = refusal.offset ?? BodyPlace.offset(of: decoder.refusedSteps, in: bytes)
            throw refusal
        }
    }

    /// Old versions of start take a host's configuration, later ones nothing.
    ///
    /// Engines decode it like the body of a create: it may stand under `HostConfig` too.
    private static func start(
        _ body: CanonicalBody,
        _ version: APIVersion?
    ) throws(ReadingRefusal) -> CanonicalBody? {
        if let version, version < APIVersion(1, 24) {
            guard let inner = body.value["HostConfig"] else { return body }
            guard body.value.members.allSatisfy({ $0.name == "HostConfig" || $0.value == .null }) else {
                throw ReadingRefusal(place: "HostConfig", "the configuration stands here and beside it: write it once")
            }
            return CanonicalBody(inner, dropped: body.dropped)
        }
        guard body.value == .null || body.value == .object([]), body.dropped.isEmpty else {
            throw ReadingRefusal(
                place: "body",
                "start takes no configuration since API 1.24: give it when the container is created"
            )
        }
        return nil
    }
}
