extension ClusterObject {
    /// The object as it can be applied again: without what the server writes.
    var applicable: Document {
        var document = document
        for path in [
            ["metadata", "resourceVersion"], ["metadata", "uid"], ["metadata", "creationTimestamp"],
            ["metadata", "generation"], ["metadata", "managedFields"], ["metadata", "selfLink"], ["status"],
            ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
            ["metadata", "annotations", "deployment.kubernetes.io/revision"],
        ] { document = document.removing(path) }
        if document.at("metadata", "annotations")?.members.isEmpty == true {
            document = document.removing(["metadata", "annotations"])
        }
        // A list of one kind does not say it of each.
        let head = [("apiVersion", apiVersion), ("kind", kind)].filter { document[$0.0] == nil && !$0.1.isEmpty }
        return .object(head.map { Document.Member($0.0, .text($0.1)) } + document.members)
    }
}
