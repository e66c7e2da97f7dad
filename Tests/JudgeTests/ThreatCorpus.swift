import Deployments
import Dialects
import Foundation
import JSON

/// One record of the threat corpus: the requests and audit events of a procedure, or of something legitimate.
struct ThreatRecord {
    let id: String
    /// `benign` or `benign-policy`; nil for a procedure.
    let kind: String?
    /// What Tidewaiter's dialects read of the record.
    let deployments: [ContainerDeployment]

    /// - Parameter onRawEvent: called with what rules on raw logs see.
    init(
        _ object: [String: Any],
        onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)? = nil
    ) throws {
        id = object["id"] as? String ?? ""
        kind = object["class"] as? String
        deployments = try RecordReader(object, onRawEvent).deployments
    }

    static func records(_ path: String) throws -> [ThreatRecord] {
        try SharedData.objects(path).map { try ThreatRecord($0) }
    }
}

/// Writes the steps of a record as the systems themselves would log them, and reads that.
private struct RecordReader {
    let id: String
    let route: String
    let source: [String: Any]
    let steps: [[String: Any]]

    let onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)?

    init(
        _ object: [String: Any],
        _ onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)?
    ) {
        self.onRawEvent = onRawEvent
        id = object["id"] as? String ?? ""
        route = object["route"] as? String ?? ""
        source = object["source"] as? [String: Any] ?? [:]
        steps = object["steps"] as? [[String: Any]] ?? []
    }

    var deployments: [ContainerDeployment] {
        get throws {
            let requests = try steps.filter { $0["method"] != nil }.map { try text(request($0)) }
            let events = try steps.filter { $0["audit"] != nil }.enumerated().map { try text(event($1, number: $0)) }
            let manifests = try steps.filter { $0["audit"] == nil && $0["method"] == nil }.compactMap { step in
                try step["manifest"].map(text)
            }
            return readings(of: HTTPRequestsDialect(), requests, path: id, onRawEvent: onRawEvent).deployments
                + readings(of: KubernetesAuditDialect(), events, path: id, onRawEvent: onRawEvent).deployments
                + readings(of: KubernetesManifestDialect(), manifests, path: id).deployments
        }
    }

    /// A captured HTTP request.
    private func request(_ step: [String: Any]) -> [String: Any] {
        var line: [String: Any] = ["time": "2026-11-24T00:00:00Z"]
        line["method"] = step["method"]
        line["target"] = step["target"]
        line["headers"] = ["User-Agent": step["ua"] as? String ?? ""]
        line["body"] = step["raw_body"] ?? step["body"]
        line["app"] = app
        if let address = source["ip"] as? String, address != "unix" { line["source_ip"] = address }
        if source["authenticated"] as? Bool == true, source["ip"] as? String != "unix" { line["user"] = "operator" }
        return line
    }

    private var app: String? {
        switch route {
        case "docker-api": "docker-engine"
        case "k8s-dashboard": "kubernetes-dashboard"
        case "argo": "argo-workflows"
        case "portainer", "rancher", "kubelet", "marathon": route
        default: nil
        }
    }

    /// An audit event at level Request, as kube-apiserver writes it.
    private func event(_ step: [String: Any], number: Int) throws -> [String: Any] {
        let audit = step["audit"] as? [String: Any] ?? [:]
        let manifest = step["manifest"] as? [String: Any]
        let version = (manifest?["apiVersion"] as? String ?? "v1").split(separator: "/").map(String.init)
        var reference: [String: Any] = ["apiVersion": version.last ?? "v1"]
        if version.count == 2 { reference["apiGroup"] = version[0] }
        for key in ["resource", "namespace", "name", "subresource"] where !(audit[key] is NSNull) {
            reference[key] = audit[key]
        }
        var event: [String: Any] = [
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "stage": "ResponseComplete",
            "level": manifest == nil ? "Metadata" : "Request", "auditID": "\(id)-\(number)",
            "requestReceivedTimestamp": "2026-11-24T00:00:00.000000Z", "objectRef": reference,
        ]
        for key in ["verb", "user", "sourceIPs", "userAgent", "annotations"] { event[key] = audit[key] }
        event["responseStatus"] = audit["responseStatus"] ?? ["code": 201]
        event["requestURI"] = audit["requestURI"] ?? "/"
        event["requestObject"] = manifest
        return event
    }

    private func text(_ object: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }
}
