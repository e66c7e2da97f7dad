internal import Foundation
internal import JSON

/// What the daemon tells an authorization plugin of one request, before it carries it out.
///
/// Plugin protocol, version 1: moby's `pkg/authorization/api.go`,
/// https://docs.docker.com/engine/extend/plugins_authorization/.
struct AuthZCall: Sendable, Equatable {
    /// The common name of the client's certificate; nil without TLS.
    var user: String?
    /// How the daemon knows the user: `TLS`, or nil.
    var authenticationMethod: String?
    var method: String
    /// The request target as it came, undecoded.
    var target: String
    /// The header fields, names in lower case: of a field that came twice only the last, without `Host`,
    /// `Transfer-Encoding` and `Trailer`.
    var fields: [String: String]
    /// The body, where the daemon passes it on; nil otherwise.
    var body: [UInt8]?
    /// The status that the daemon is about to answer with, in calls that come when the request was carried out.
    var answeredStatus: Int?

    /// Reads a call's JSON.
    ///
    /// - Throws: ``AuthZCallError`` for what the daemon does not send: then nothing can be said for certain.
    init(_ json: [UInt8]) throws(AuthZCallError) {
        let parser = JSONParser(maximumBytes: AuthZPlugin.callLimit, maximumDepth: 16)
        let result = unsafe json.withUnsafeBytes { bytes -> Result<AuthZCall, AuthZCallError> in
            do throws(JSONError) {
                return try unsafe parser.withDocument(bytes) { root in
                    Result { () throws(AuthZCallError) in try AuthZCall(root) }
                }
            } catch {
                return .failure(AuthZCallError("the call is no JSON document: \(error)"))
            }
        }
        self = try result.get()
    }

    private init(_ root: JSONValue) throws(AuthZCallError) {
        guard root.isObject else { throw AuthZCallError("the call is no JSON object") }
        method = try Self.text("RequestMethod", in: root) ?? ""
        target = try Self.text("RequestUri", in: root) ?? ""
        guard !method.isEmpty, !target.isEmpty else { throw AuthZCallError("the call names no method or no target") }
        user = try Self.text("User", in: root)
        authenticationMethod = try Self.text("UserAuthNMethod", in: root)
        fields = try Self.fields(of: root.member(named: "RequestHeaders"))
        answeredStatus = root.member(named: "ResponseStatusCode")?.integer.flatMap { Int(exactly: $0) }
        guard let encoded = try Self.text("RequestBody", in: root) else { return }
        guard let decoded = Data(base64Encoded: encoded) else { throw AuthZCallError("the body is not in base64") }
        body = [UInt8](decoded)
    }

    /// A member's text; nil for none, null or an empty one, which Go writes for none.
    private static func text(_ name: String, in root: JSONValue) throws(AuthZCallError) -> String? {
        guard let value = root.member(named: name), !value.isNull else { return nil }
        guard let text = value.string else { throw AuthZCallError("\(name) is no text") }
        return text.isEmpty ? nil : text
    }

    private static func fields(of headers: JSONValue?) throws(AuthZCallError) -> [String: String] {
        guard let headers, !headers.isNull else { return [:] }
        guard headers.isObject else { throw AuthZCallError("RequestHeaders is no object") }
        var fields: [String: String] = [:]
        for (key, value) in headers.members {
            guard let text = value.string else { throw AuthZCallError("a header field is no text") }
            // Go leaves a name as it is where it holds what no name may hold.
            let name = String(key).lowercased()
            guard fields.updateValue(text, forKey: name) == nil else {
                throw AuthZCallError("the header field '\(name)' is there twice, in two spellings")
            }
        }
        return fields
    }
}

/// Why a call of the plugin protocol cannot be read.
struct AuthZCallError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    var description: String

    init(_ description: String) { self.description = description }
}
