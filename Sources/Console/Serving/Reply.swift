internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import NIOCore

/// The forms of answers.
enum Reply {
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        response(Array(text.utf8), "text/html; charset=utf-8", status)
    }

    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        response(Array(text.utf8), "application/json", status)
    }

    /// A problem for programs (RFC 9457).
    static func problem(_ problem: RequestProblem) -> Response {
        let text =
            #"{"title":\#(JSONValue.quote(problem.status.reasonPhrase)),"status":\#(problem.status.code),"#
            + #""detail":\#(JSONValue.quote(problem.message))}"#
        return response(Array(text.utf8), "application/problem+json", problem.status)
    }

    /// A file that changes with the program alone.
    ///
    /// - Parameter tags: the entity tags that the client has it by already.
    static func asset(_ asset: Templates.Asset, knownAs tags: String?) -> Response {
        let digest = SHA256.hash(data: asset.bytes).prefix(12).map { String($0, radix: 16) }.joined(separator: "-")
        let tag = "\"\(digest)\""
        let isKnown = tags == tag
        var response = response(isKnown ? [] : asset.bytes, asset.type, isKnown ? .notModified : .ok)
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    /// Leads the browser on after a form was taken, so that it does not send it again.
    static func seeOther(_ place: String) -> Response {
        Response(status: .seeOther, headers: [.location: place])
    }

    private static func response(_ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
