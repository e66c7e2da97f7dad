internal import CCrypto
internal import Deployments

/// Names findings and records for good, so that reading the same log twice finds nothing new.
package enum RecordIdentity {
    /// The id of what `rule` finds in the record that `parts` name.
    ///
    /// SHA-256, since parts of a record (a Kubernetes Audit-ID, a container's name) are chosen by the client, who must
    /// not be able to make two findings one.
    package static func findingID(rule: String, parts: [String]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for part in [rule] + parts {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            bytes += "\(part.utf8.count):".utf8
            bytes += part.utf8
        }
        let digits = Array("0123456789abcdef".utf8)
        let text = sha256(bytes).prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                _ = unsafe EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, EVP_sha256(), nil)
            }
        }
        return digest
    }

    /// The id of the record that `parts` name.
    static func recordID(_ parts: [String]) -> String { findingID(rule: "record", parts: parts) }

    /// What names a deployment: its source's own id for the record, what it is about, and the container within it.
    ///
    /// The time is part of it since a client may choose its request's id (Kubernetes' Audit-ID), and choose it twice.
    static func parts(of deployment: ContainerDeployment) -> [String] {
        [
            deployment.event.dataset.rawValue,
            deployment.event.id,
            deployment.event.timestamp.map { String($0.microseconds) } ?? "",
            deployment.event.action.rawValue,
            deployment.placement.hostName ?? "",
            deployment.placement.namespace ?? "",
            deployment.placement.resourceType ?? "",
            deployment.placement.resourceName ?? "",
            deployment.container.role?.rawValue ?? "",
            deployment.container.name ?? "",
        ]
    }
}
