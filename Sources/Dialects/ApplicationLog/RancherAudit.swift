internal import Deployments
internal import JSON

/// Rancher's API audit log: one JSON object a request, its body from level 2 on.
///
/// Source: rancher/rancher, `pkg/auth/audit/log.go` (`logEntry`).
enum RancherAudit {
    private static let mark = Needle("\"requestURI\"")

    /// Whether a line that is no JSON was meant to be one of these.
    static func mayBe(_ line: ArraySlice<UInt8>) -> Bool { mark.first(in: line.prefix(1_024)) != nil }

    /// The request that an object tells of, without its body; nil for another one, Kubernetes' audit events among them.
    static func request(_ root: JSONValue, _ line: LogLine) -> LoggedRequest? {
        guard root["auditID"] != nil, let method = root["method"]?.string, let target = root["requestURI"]?.string
        else {
            return nil
        }
        var entry = AccessLogEntry()
        entry.take(method, for: .method)
        entry.take(target, for: .target)
        entry.take(root["remoteAddr"]?.string ?? "", for: .clientAddress)
        entry.take(root["responseCode"]?.scalarText ?? "", for: .status)
        entry.take(root["user"]?["name"]?.string ?? root["userLoginName"]?.string ?? "", for: .user)
        entry.take(root["requestHeader"]?["User-Agent"]?.strings.first ?? "", for: .userAgent)
        let time = root["requestTimestamp"]?.string.flatMap(AccessLogTime.read)
        return LoggedRequest(entry, at: KeptPlace(line, time: time))
    }
}
