import Foundation

/// Lines of an API server's audit log.
enum AuditEvents {
    /// A pod that is made.
    ///
    /// - Parameters:
    ///   - time: as it stands there; nil for none.
    ///   - isDangerous: whether it is privileged in the host's PID namespace, which is a finding of level high.
    static func pod(
        _ name: String,
        by user: String,
        in namespace: String = "shop",
        time: String?,
        isDangerous: Bool = false
    ) -> String {
        let stamps = time.map { #","requestReceivedTimestamp":"\#($0)","stageTimestamp":"\#($0)""# } ?? ""
        let host = isDangerous ? #""hostPID":true,"# : ""
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\(user)-\(namespace)-\(name)",\
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/\(namespace)/pods","verb":"create",\
            "user":{"username":"\(user)"},"sourceIPs":["192.0.2.7"],"objectRef":{"resource":"pods","namespace":"\(namespace)",\
            "name":"\(name)","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"Pod",\
            "apiVersion":"v1","metadata":{"name":"\(name)"},"spec":{\(host)"containers":[{"name":"web","image":"nginx:1.27",\
            "securityContext":{"privileged":\(isDangerous)}}]}}\(stamps)}

            """
    }

    /// Pods of one user in several namespaces, a tenth of a second apart; ten are told as a sequence.
    static func spread(_ user: String, _ namespaces: Range<Int>, from start: Date) -> String {
        namespaces.map { number in
            pod("p", by: user, in: "ns-\(number)", time: text(start.addingTimeInterval(0.1 * Double(number))))
        }.joined()
    }

    static func text(_ time: Date) -> String {
        time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
