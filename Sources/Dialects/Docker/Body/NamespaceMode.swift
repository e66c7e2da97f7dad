/// Modes of a container's namespaces, such as `host`, `private` and `container:web`.
package enum NamespaceMode {
    /// The container whose namespace is joined; nil for another mode.
    package static func container(in mode: String) -> String? {
        mode.hasPrefix("container:") ? String(mode.dropFirst("container:".count)) : nil
    }
}
