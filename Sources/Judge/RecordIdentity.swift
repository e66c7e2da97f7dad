internal import Crypto
internal import Deployments

/// Names findings and records for good, so that reading the same log twice finds nothing new.
enum RecordIdentity {
    /// The id of what `rule` finds in the record that `parts` name.
    ///
    /// SHA-256, since parts of a record (a Kubernetes Audit-ID, a container's name) are chosen by the client, who must
    /// not be able to make two findings one.
    static func findingID(rule: String, parts: [String]) -> String {
        var hash = SHA256()
        for part in [rule] + parts {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            var bytes = Array("\(part.utf8.count):".utf8)
            bytes.append(contentsOf: part.utf8)
            hash.update(data: bytes)
        }
        return hash.finalize().prefix(16).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    /// What names a deployment: its source's own id for the record, and the container within it.
    static func parts(of deployment: ContainerDeployment) -> [String] {
        [
            deployment.event.dataset.rawValue,
            deployment.event.id,
            deployment.event.action.rawValue,
            deployment.placement.hostName ?? "",
            deployment.container.role?.rawValue ?? "",
            deployment.container.name ?? "",
        ]
    }
}
