internal import CCrypto
internal import Deployments

/// Names findings and records for good, so that reading the same log twice finds nothing new.
enum RecordIdentity {
    /// The id of what `rule` finds in the record that `parts` name.
    ///
    /// SHA-256, since parts of a record (a Kubernetes Audit-ID, a container's name) are chosen by the client, who must
    /// not be able to make two findings one.
    static func findingID(rule: String, parts: [String]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append(rule, to: &bytes)
        for part in parts { append(part, to: &bytes) }
        return digits(ofFirst: 16, of: sha256(bytes))
    }

    private static func append(_ part: String, to bytes: inout [UInt8]) {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        bytes += String(part.utf8.count).utf8
        bytes.append(UInt8(ascii: ":"))
        bytes += part.utf8
    }

    private static func digits(ofFirst count: Int, of bytes: InlineArray<32, UInt8>) -> String {
        unsafe String(unsafeUninitializedCapacity: count * 2) { text in
            for index in 0..<count {
                unsafe text[2 * index] = digit(bytes[index] >> 4)
                unsafe text[2 * index + 1] = digit(bytes[index] & 15)
            }
            return count * 2
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Fetched once: OpenSSL would do so for each digest (crypto(7), "Performance").
    // Immutable, and documented to be safe to share (EVP_DigestInit(3), EVP_MD_fetch); never freed.
    private nonisolated(unsafe) static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    private static func sha256(_ bytes: [UInt8]) -> InlineArray<32, UInt8> {
        var digest = InlineArray<32, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe span.withUnsafeMutableBufferPointer { digest in
                _ = unsafe EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, algorithm, nil)
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
