internal import Deployments

/// Kubernetes Dashboard's log: `Incoming HTTP/1.1 POST /api/v1/appdeployment request from 10.42.0.7:51234: {body}`, then
/// `Outcoming response to 10.42.0.7:51234 with 201 status code`.
///
/// Source: kubernetes/dashboard, v2.7.0 `src/app/backend/handler/apihandler.go` and `filter.go`; version 7 writes the same
/// line by klog at `-v=2`, the address hidden. Version 2 gives the body to `log.Printf` as its format, so that each `%` in
/// it comes out as `%!x(MISSING)`: undone here as far as it can be.
struct DashboardLog: Codable {
    /// A request without its answer.
    private struct Asked: Codable, AgingLine {
        var method: String
        var target: String
        var body: String
        var address: String
        var place: KeptPlace
        var age = 0
    }

    private var asked: [Asked] = []
    private var heldBytes = 0

    private static let maximumAsked = 256
    private static let maximumHeldBytes = 4 << 20

    private static let incoming = Needle("Incoming HTTP/")
    private static let from = Needle(" request from ")
    private static let outcoming = Needle("Outcoming response to ")
    private static let hidden = "{ content hidden }"
    private static let with = Needle(" with ")

    /// Takes a line, if it is one of these.
    mutating func take(_ text: ApplicationText, into reading: inout Reading) -> Bool {
        if let start = text.first(Self.incoming, within: 256) {
            guard let request = Self.request(text, from: start) else { return false }
            guard !request.address.isEmpty else {
                Self.tell(request, status: nil, &reading)
                return true
            }
            asked.append(request)
            heldBytes += request.body.utf8.count
            while asked.count > Self.maximumAsked || heldBytes > Self.maximumHeldBytes {
                Self.tell(remove(at: 0), status: nil, &reading)
            }
            return true
        }
        guard let start = text.first(Self.outcoming, within: 256) else { return false }
        answer(text.text(from: start + Self.outcoming.bytes.count), &reading)
        return true
    }

    /// Tells the requests whose answers never came.
    mutating func finish(into reading: inout Reading) {
        for request in asked { Self.tell(request, status: nil, &reading) }
        (asked, heldBytes) = ([], 0)
    }

    var isHolding: Bool { !asked.isEmpty }

    /// Answers come within that many seconds, or not at all.
    private static let patience = 30

    /// Says that time has gone on; the requests whose answers will not come any more.
    mutating func passTime(into reading: inout Reading) {
        for request in asked.takeOlder(than: Self.patience) {
            heldBytes -= request.body.utf8.count
            Self.tell(request, status: nil, &reading)
        }
    }

    private mutating func remove(at index: Int) -> Asked {
        let request = asked.remove(at: index)
        heldBytes -= request.body.utf8.count
        return request
    }

    /// `10.42.0.7:51234 with 201 status code`.
    private mutating func answer(_ text: String, _ reading: inout Reading) {
        let words = text.split(separator: " ", maxSplits: 3)
        guard words.count >= 3, words[1] == "with" else { return }
        let isMeant = { (request: Asked) in request.address == words[0] }
        guard let index = asked.firstIndex(where: isMeant) else { return }
        // Some versions leave the port out; of several requests from one address nobody knows whose answer it is.
        let isOnlyOne = !asked[(index + 1)...].contains(where: isMeant)
        Self.tell(remove(at: index), status: isOnlyOne ? Int(words[2]) : nil, &reading)
    }

    private static func request(_ text: ApplicationText, from start: Int) -> Asked? {
        let head = text.bytes[start...].prefix(16 << 10)
        guard let mark = from.first(in: head) else { return nil }
        let words = text.text(start..<mark).split(separator: " ", maxSplits: 3)
        guard words.count == 4 else { return nil }
        var rest = text.text(from: mark + from.bytes.count)[...]
        var address = ""
        if rest.hasPrefix(hidden) {
            rest = rest.dropFirst(hidden.count + 1)
        } else if let end = rest.firstRange(of: ": ") {
            address = String(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
        } else {
            address = rest.hasSuffix(":") ? String(rest.dropLast()) : String(rest)
            rest = ""
        }
        return Asked(
            method: String(words[2]),
            target: GoPrint.undone(String(words[3])),
            body: GoPrint.undone(String(rest.drop { $0 == " " })),
            address: address,
            place: KeptPlace(text.line, time: time(text, before: start))
        )
    }

    /// `2026/11/23 23:27:38 [2026-11-23T23:27:38Z] `.
    private static func time(_ text: ApplicationText, before end: Int) -> Timestamp? {
        let prefix = text.text(text.bytes.startIndex..<end)
        if let open = prefix.lastIndex(of: "["), let close = prefix[open...].firstIndex(of: "]") {
            return AccessLogTime.read(String(prefix[prefix.index(after: open)..<close]))
        }
        return AccessLogTime.read(prefix)
    }

    private static func tell(_ request: Asked, status: Int?, _ reading: inout Reading) {
        var entry = AccessLogEntry()
        entry.take(request.method, for: .method)
        entry.take(request.target, for: .target)
        entry.take(request.address, for: .clientAddress)
        entry.status = status
        let logged = LoggedRequest(entry, at: request.place)
        reading.tell(logged.webRequest, at: logged.position)
        reading.deployments += deployments(logged, request.body)
    }

    private static func deployments(_ logged: LoggedRequest, _ body: String) -> [ContainerDeployment] {
        guard body.first.map({ "{[".contains($0) }) ?? false else {
            return logged.deployments(body: nil, text: body.isEmpty ? nil : body)
        }
        return RequestBody(maximumBytes: 16 << 20).read(.text(body)) { body, defects in
            logged.deployments(body: body, text: nil, defects: defects)
        }
    }
}
