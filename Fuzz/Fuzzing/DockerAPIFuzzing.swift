import Deployments
import Dialects
import JSON

/// A request to a Docker Engine API: what is read is forwarded so that it reads the same again; what is not has a place.
///
/// The first line is method and target, the rest the body.
enum DockerAPIFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let end = bytes.firstIndex(of: 10) ?? bytes.count
        let line = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
        let body = Array(bytes[min(end + 1, bytes.count)...])
        guard line.count == 2 else { return readEach(body) }
        do throws(ReadingRefusal) {
            let request = try DockerAPIRequest(method: String(line[0]), target: String(line[1]))
            let again = try DockerAPIRequest(method: request.method, target: request.canonicalTarget)
            precondition(again == request, "\(request.canonicalTarget) reads back as \(again)")
            try read(body, of: request)
        } catch {
            precondition(error.status >= 400 && !error.description.isEmpty)
        }
    }

    private static func read(_ bytes: [UInt8], of request: DockerAPIRequest) throws(ReadingRefusal) {
        let schema = request.endpoint.body
        let body = try CanonicalBody.read(bytes, as: schema, version: request.version)
        if let body { check(body, schema, request.version) }
        var reading = DockerAPIReading()
        let base = DockerAPIReading.record(of: request, id: "fuzz", at: nil)
        let text = schema == .manifest ? String(decoding: bytes, as: UTF8.self) : nil
        let asked = reading.deployments(of: request, body: body?.value, text: text, onto: base)
        precondition(asked.isEmpty == (request.endpoint.action == nil))
    }

    /// Bodies alone are tried as each kind.
    private static func readEach(_ bytes: [UInt8]) {
        for schema in BodySchema.allCases where schema.isJSON {
            if let body = try? CanonicalBody.read(bytes, as: schema) { check(body, schema, nil) }
        }
        if let container = try? InspectedContainer(bytes) {
            var reading = DockerAPIReading()
            reading.know(container, as: container.id)
        }
    }

    private static func check(_ body: CanonicalBody, _ schema: BodySchema, _ version: APIVersion?) {
        let again = try? CanonicalBody.read(body.bytes, as: schema, version: version)
        precondition(
            again == CanonicalBody(body.value),
            "\(String(decoding: body.bytes, as: UTF8.self)) reads otherwise"
        )
    }
}
