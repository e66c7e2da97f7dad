internal import JSON

/// What an API server posts: `audit.k8s.io/v1 EventList`.
///
/// Source: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
enum AuditEventList {
    /// What is wrong with a body, with its place; nil for a list of events.
    static func fault(of body: [UInt8], with parser: JSONParser) -> String? {
        let read = unsafe body.withUnsafeBytes { bytes -> Result<String?, JSONError> in
            Result { () throws(JSONError) in try unsafe parser.withDocument(bytes) { fault(of: $0) } }
        }
        switch read {
        case .success(let fault): return fault
        case .failure(let error): return "the body is no JSON (byte \(error.offset)): \(error.reason.rawValue)"
        }
    }

    private static func fault(of root: JSONValue) -> String? {
        guard root.isObject, root["kind"]?.text.map({ $0 == "EventList" }) ?? false else {
            return "kind: the body is no EventList"
        }
        guard root["apiVersion"]?.text?.hasPrefix("audit.k8s.io/") ?? false else {
            return "apiVersion: the list is none of audit.k8s.io"
        }
        guard let items = root["items"], items.isArray else { return "items: the list holds none" }
        for (index, item) in items.elements.enumerated() {
            guard item.isObject else { return "items[\(index)]: it is no event" }
            guard item["auditID"]?.text != nil else { return "items[\(index)].auditID: the event has none" }
        }
        return nil
    }
}
