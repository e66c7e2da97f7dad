import Foundation

/// Lines of a Kubernetes audit log.
enum AuditLog {
    /// One audit event that creates a pod.
    static func event(_ number: Int, privileged: Bool) -> String {
        let time = String(
            format: "2026-11-24T10:%02d:%02d.%06dZ",
            number / 60_000 % 60,
            number / 1_000 % 60,
            number % 1_000
        )
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"id-\(number)",\
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods","verb":"create",\
            "user":{"username":"mallory"},"sourceIPs":["192.0.2.7"],"objectRef":{"resource":"pods","namespace":"shop",\
            "name":"web-\(number)","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"Pod",\
            "apiVersion":"v1","metadata":{"name":"web-\(number)"},"spec":{"containers":[{"name":"web","image":"nginx:1.27",\
            "securityContext":{"privileged":\(privileged)}}]}},"requestReceivedTimestamp":"\(time)",\
            "stageTimestamp":"\(time)"}

            """
    }
}
