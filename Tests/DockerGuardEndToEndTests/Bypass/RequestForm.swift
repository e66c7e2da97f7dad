import Foundation
import Testing

/// A way to write a request that means harm, or that only looks like it.
struct RequestForm: CustomTestStringConvertible {
    /// What must become of it under the strict profile.
    enum Verdict: String {
        case deny
        /// The engine refuses it, or makes nothing dangerous of it; the guard may refuse it too.
        case denyOrRefused = "deny-or-refused"
        case denyOrIgnored = "deny-or-ignored"
        case allow
        case allowOr413 = "allow-or-413"
        case allowOrRefused = "allow-or-refused"
        /// A policy's choice.
        case any
    }

    var id: String
    var method: String
    var target: String
    var fields: [String: String] = [:]
    var body: [UInt8]?
    /// The exact stream instead, with the seconds to wait after each part.
    var stream: [(bytes: [UInt8], pause: Double)] = []
    var verdict: Verdict
    /// What must exist first.
    var fixtures: [String] = []
    /// What an engine answered when the form was recorded; empty where the connection just ended or nothing is known.
    var statuses: [Int] = []
    /// Whether the dangerous effect came about then; nil where none was looked for.
    var isHonoured: Bool?

    var testDescription: String { id }

    /// The container that it makes, which its target or its stream names.
    var container: String? {
        let text = stream.isEmpty ? target : String(decoding: stream.flatMap(\.bytes), as: UTF8.self)
        guard let range = text.range(of: #"reate(\?|\?[^ ]*&)name=[A-Za-z0-9_.-]+"#, options: .regularExpression) else {
            return nil
        }
        return text[range].components(separatedBy: "name=").last
    }
}

extension RequestForm {
    /// Reads a recorded form; nil when it is of an unknown kind.
    init?(recorded object: [String: Any]) {
        guard let id = object["id"] as? String, let method = object["method"] as? String,
            let target = object["target"] as? String, let word = object["verdict"] as? String,
            let verdict = Verdict(rawValue: word)
        else { return nil }
        self.init(id: id, method: method, target: target, verdict: verdict)
        fields = object["headers"] as? [String: String] ?? [:]
        fixtures = object["fixtures"] as? [String] ?? []
        isHonoured = object["honoured"] as? Bool
        statuses = object["dockerd_status"] as? [Int] ?? (object["dockerd_status"] as? Int).map { [$0] } ?? []
        body = Self.body(of: object)
        for part in object["raw_b64"] as? [[String: Any]] ?? [] {
            guard let bytes = Data(base64Encoded: part["b64"] as? String ?? "") else { return nil }
            stream.append((Array(bytes), part["pause_after_s"] as? Double ?? 0))
        }
        if object["raw_gen"] != nil { stream = [(Self.longHead(for: target), 0)] }
    }

    private static func body(of object: [String: Any]) -> [UInt8]? {
        if let text = object["body"] as? String { return Array(text.utf8) }
        if let coded = object["body_b64"] as? String, let data = Data(base64Encoded: coded) { return Array(data) }
        guard let plan = object["body_gen"] as? [String: Any] else { return nil }
        var text = plan["json"] as? String ?? ""
        if text.isEmpty, let value = plan["json"], let data = try? JSONSerialization.data(withJSONObject: value) {
            text = String(decoding: data, as: UTF8.self)
        }
        let padding = String(repeating: "x", count: plan["pad_bytes"] as? Int ?? 0)
        let space = String(repeating: " ", count: plan["prefix_ws"] as? Int ?? 0)
        return Array((space + text.replacingOccurrences(of: "@PAD@", with: padding)).utf8)
    }

    /// A privileged create behind 900 KB of header, which is below Go's limit.
    private static func longHead(for target: String) -> [UInt8] {
        let body = #"{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"Privileged":true}}"#
        let padding = String(repeating: "a", count: 900_000)
        return Array(
            """
            POST \(target) HTTP/1.1\r\nHost: docker\r\nX-Padding: \(padding)\r\n\
            Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
            """.utf8
        )
    }

    /// The bytes to send, with what the fixtures are called put in.
    func stream(with names: [String: [UInt8]]) -> [(bytes: [UInt8], pause: Double)] {
        guard stream.isEmpty else { return stream }
        var head = "\(method) \(target) HTTP/1.1\r\nHost: docker\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        var body = body ?? []
        if let whole = names[String(decoding: body.prefix(32), as: UTF8.self)] { body = whole }
        for (name, value) in names where value.count < 100 {
            let value = String(decoding: value, as: UTF8.self)
            head = head.replacingOccurrences(of: name, with: value)
            guard let text = String(validating: body, as: UTF8.self), text.contains(name) else { continue }
            body = Array(text.replacingOccurrences(of: name, with: value).utf8)
        }
        if (self.body != nil || method == "POST"), fields["Content-Length"] == nil {
            head += "Content-Length: \(body.count)\r\n"
        }
        return [(Array("\(head)\r\n".utf8) + body, 0)]
    }
}
