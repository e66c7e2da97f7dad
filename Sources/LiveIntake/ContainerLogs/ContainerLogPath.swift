internal import Intake

/// Whose log a file is, as its path says it.
///
/// The kubelet writes `/var/log/pods/NAMESPACE_POD_UID/CONTAINER/N.log`, N for each start, and a link to it named
/// `/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log`. No name of them has an underscore (RFC 1123 labels).
package struct ContainerLogPath: Sendable, Equatable {
    package var namespace: String
    package var pod: String
    package var container: String

    /// Nil for a path of neither form.
    package init?(_ path: String) {
        let parts = path.split(separator: "/")
        guard let file = parts.last, file.hasSuffix(".log") else { return nil }
        let words = file.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
        if words.count == 3, let dash = words[2].lastIndex(of: "-") {
            (pod, namespace, container) = (String(words[0]), String(words[1]), String(words[2][..<dash]))
        } else {
            let owner = parts.dropLast(2).last?.split(separator: "_", omittingEmptySubsequences: false) ?? []
            guard parts.count >= 3, owner.count == 3, file.dropLast(4).allSatisfy(\.isNumber) else { return nil }
            (namespace, pod, container) = (String(owner[0]), String(owner[1]), String(parts[parts.count - 2]))
        }
        guard ![namespace, pod, container].contains("") else { return nil }
    }
}
