internal import Dialects
internal import Relay

/// A request, read for certain.
struct RequestReading: Equatable {
    var request: DockerAPIRequest
    /// The JSON body; nil for none.
    var body: CanonicalValue?
    /// A body that is judged as text: a manifest.
    var text: String?
    /// The parts of the body that the daemon does not know, and that are left out.
    var leftOut: [String] = []
    /// What goes to the daemon in place of the body; nil where it is streamed.
    var forwarded: [UInt8]?

    /// - Throws: what can be read in two ways, or in none.
    init(_ head: RequestHead, body bytes: [UInt8]?, limit: Int) throws(ReadingRefusal) {
        request = try DockerAPIRequest(method: head.method, target: head.target)
        let schema = request.endpoint.body
        let types = head.values(of: "content-type")
        let isEmpty = bytes?.isEmpty ?? (head.framing == .none)
        switch schema {
        case .stream, .tunnel:
            try ContentTypeRules.check(types, of: request.endpoint, isEmpty: isEmpty)
            forwarded = bytes
        case .none:
            try ContentTypeRules.check(types, of: request.endpoint, isEmpty: isEmpty)
            // Nobody reads it, so nobody gets it.
            forwarded = []
        default:
            guard let bytes else {
                throw ReadingRefusal(status: 403, place: "body", "the body was not shown, so that it cannot be judged")
            }
            guard bytes.count <= limit else {
                throw ReadingRefusal(status: 413, place: "body", "the body is longer than \(limit) bytes")
            }
            try ContentTypeRules.check(types, of: request.endpoint, isEmpty: bytes.isEmpty)
            let canonical = try CanonicalBody.read(bytes, as: schema, version: request.version)
            body = canonical?.value
            leftOut = canonical?.dropped ?? []
            if schema == .manifest { text = String(validating: bytes, as: UTF8.self) }
            forwarded = canonical?.bytes ?? (schema.isJSON ? [] : bytes)
        }
    }
}
