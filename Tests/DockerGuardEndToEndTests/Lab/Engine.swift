import Foundation

/// A Docker API at a Unix socket: an engine's own, or a guard's before it.
struct Engine {
    var socket: String

    func get(_ target: String, timeout: Int = 30) throws -> Reply { try send("GET", target, timeout: timeout) }

    func post(_ target: String, _ body: [String: Any]? = nil) throws -> Reply {
        guard let body else { return try send("POST", target, body: []) }
        return try send("POST", target, body: Array(try JSONSerialization.data(withJSONObject: body)))
    }

    @discardableResult
    func delete(_ target: String) throws -> Reply { try send("DELETE", target) }

    func send(
        _ method: String,
        _ target: String,
        body: [UInt8]? = nil,
        type: String = "application/json",
        timeout: Int = 60
    ) throws -> Reply {
        let exchange = try Exchange(socket, timeout: timeout)
        var head = "\(method) \(target) HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
        if let body { head += "Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n" }
        exchange.send(Array("\(head)\r\n".utf8) + (body ?? []))
        guard let reply = exchange.reply(to: method) else { throw LaboratoryError("no answer to \(method) \(target)") }
        return reply
    }

    /// What the engine says of a container; nil when there is none.
    func container(_ name: String) throws -> [String: Any]? {
        let reply = try get("/containers/\(name)/json")
        return reply.status == 200 ? reply.object : nil
    }

    func removeContainer(_ name: String) throws { try delete("/containers/\(name)?force=1&v=1") }

    @discardableResult
    func makeContainer(_ name: String, _ host: [String: Any] = [:], start: Bool = false) throws -> String {
        let body: [String: Any] = ["Image": "busybox:latest", "Cmd": ["sleep", "100000"], "HostConfig": host]
        let reply = try post("/containers/create?name=\(name)", body)
        guard let id = reply.object["Id"] as? String else { throw LaboratoryError("\(name): \(reply.message)") }
        if start {
            let reply = try post("/containers/\(name)/start")
            guard reply.status == 204 else { throw LaboratoryError("\(name): \(reply.message)") }
        }
        return id
    }
}
