import Foundation
import Testing

@testable import Dialects

/// Requests that a real daemon was asked, and what it made of them.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct `Docker API requests that a real daemon was asked` {
    private struct Reading {
        var request: DockerAPIRequest
        var body: CanonicalBody?
    }

    private static func read(
        _ method: String,
        _ target: String,
        _ types: [String],
        _ bytes: [UInt8]
    ) throws(ReadingRefusal) -> Reading {
        let request = try DockerAPIRequest(method: method, target: target)
        let schema = request.endpoint.body
        try ContentTypeRules.check(types, of: schema, isEmpty: bytes.isEmpty)
        return Reading(request: request, body: try CanonicalBody.read(bytes, as: schema, version: request.version))
    }

    /// The bytes of a row; nil for one whose framing is the point.
    private static func bytes(_ row: [String: Any]) -> [UInt8]? {
        if row["raw_b64"] != nil { return nil }
        if let encoded = row["body_b64"] as? String { return Data(base64Encoded: encoded).map(Array.init) }
        if let made = row["body_gen"] as? [String: Any], let text = made["json"] as? String {
            let pad = String(repeating: "x", count: made["pad_bytes"] as? Int ?? 0)
            let blanks = String(repeating: " ", count: made["prefix_ws"] as? Int ?? 0)
            return Array((blanks + text.replacing("@PAD@", with: pad)).utf8)
        }
        return Array((row["body"] as? String ?? "").utf8)
    }

    private static func types(_ row: [String: Any]) -> [String] {
        (row["headers"] as? [String: String] ?? [:]).filter { $0.key.lowercased() == "content-type" }.map(\.value)
    }

    @Test func `what may pass is read without refusal`() throws {
        var read = 0
        for row in try SharedData.objects("docker/bypass.jsonl") where row["verdict"] as? String == "allow" {
            guard let bytes = Self.bytes(row), let method = row["method"] as? String,
                let target = row["target"] as? String
            else { continue }
            #expect(throws: Never.self, "\(row["id"] ?? "")") {
                _ = try Self.read(method, target, Self.types(row), bytes)
            }
            read += 1
        }
        #expect(read >= 60)
    }

    @Test func `what the daemon made of a container stands in the canonical body, or the request is refused`() throws {
        var read = 0
        for row in try SharedData.objects("docker/bypass.jsonl") where row["honoured"] as? Bool == true {
            guard let bytes = Self.bytes(row), let method = row["method"] as? String,
                let target = row["target"] as? String, let effective = row["effective"] as? [String: Any],
                let reading = try? Self.read(method, target, Self.types(row), bytes)
            else { continue }
            guard let body = reading.body else { continue }
            read += 1
            let text = try JSONSerialization.jsonObject(with: Data(body.bytes)) as? [String: Any] ?? [:]
            let id = row["id"] as? String ?? ""
            switch reading.request.endpoint {
            case .containerCreate:
                Self.expect(text["HostConfig"] as? [String: Any] ?? [:], holds: effective["HostConfig"], id)
            case .containerStart: Self.expect(text, holds: effective["HostConfig"], id)
            case .execCreate:
                let process = effective["ProcessConfig"] as? [String: Any]
                #expect((process?["privileged"] as? Bool ?? false) == (text["Privileged"] as? Bool ?? false), "\(id)")
            case .serviceCreate, .serviceUpdate:
                let task = text["TaskTemplate"] as? [String: Any]
                Self.expect(task?["ContainerSpec"] as? [String: Any] ?? [:], holds: effective["spec"], id)
            case .volumeCreate, .networkCreate: Self.expect(text, holds: effective, id)
            default: break
            }
        }
        #expect(read >= 100)
    }

    /// What the daemon sets by itself.
    private static let derived: Set = [
        "SecurityOpt", "MaskedPaths", "ReadonlyPaths", "IpcMode", "MemorySwap", "NetworkMode", "Dns", "DnsOptions",
        "DnsSearch", "Driver", "Options", "Scope", "Mountpoint", "Isolation", "CgroupnsMode", "PidsLimit",
    ]

    /// Whether each setting that the daemon shows is asked for in the same place with the same value.
    private static func expect(_ asked: [String: Any], holds effective: Any?, _ id: String) {
        for (name, value) in effective as? [String: Any] ?? [:] {
            guard asked[name] != nil || !derived.contains(name) else { continue }
            if let text = value as? String, text.isEmpty { continue }
            #expect(isWithin(asked[name] ?? NSNull(), value), "\(id): \(name)")
        }
    }

    private static func isWithin(_ asked: Any, _ shown: Any) -> Bool {
        switch (asked, shown) {
        // The daemon shows the id of what was named, and the rows have marks for ids.
        case (let asked as String, let shown as String):
            asked == shown || asked.hasPrefix("@") || (asked.hasPrefix("container:") && shown.hasPrefix("container:"))
        case (let asked as [String: Any], let shown as [String: Any]):
            asked.allSatisfy { isWithin($0.value, shown[$0.key] ?? NSNull()) }
        case (let asked as [Any], let shown as [Any]):
            asked.count <= shown.count && asked.allSatisfy { element in shown.contains { isWithin(element, $0) } }
        case (let asked as NSObject, let shown as NSObject): asked == shown || (shown is NSNull)
        default: false
        }
    }

    @Test func `what clients sent is read, and read the same from what is forwarded`() throws {
        var bodies = 0
        for row in try SharedData.objects("docker/recorded/requests.jsonl") {
            guard let method = row["method"] as? String, let target = row["target"] as? String else { continue }
            let fields = row["headers"] as? [[String]] ?? []
            let types = fields.filter { $0.count == 2 && $0[0].lowercased() == "content-type" }.map { $0[1] }
            let bytes =
                if let text = row["body"] as? String { Array(text.utf8) } else if let value = row["body"] {
                    Array(try JSONSerialization.data(withJSONObject: value))
                } else { [UInt8]() }
            guard row["label"] as? String == "benign" else { continue }
            let reading = try Self.read(method, target, types, bytes)
            #expect(reading.body?.dropped ?? [] == [], "\(row["op"] ?? "")")
            guard let body = reading.body else { continue }
            bodies += 1
            let again = try CanonicalBody.read(body.bytes, as: reading.request.endpoint.body)
            #expect(again?.value == body.value)
        }
        #expect(bodies > 20)
    }
}
