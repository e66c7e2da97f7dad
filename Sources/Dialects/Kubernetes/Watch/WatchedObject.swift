internal import Deployments
internal import JSON

/// An object as a watch tells of it.
///
/// Sources: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes;
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management.
struct WatchedObject {
    let object: JSONValue
    /// Whether it was made, and not changed.
    let isNew: Bool

    private var metadata: JSONValue? { object["metadata"] }

    /// What the record of any of its containers says.
    ///
    /// A watch shows no request, and so neither who asked nor from where; the client program that wrote last is known by
    /// the name under which it manages fields.
    func base(at position: ContainerDeployment.LogPosition) -> ContainerDeployment {
        let isPod = object["kind"]?.text.map { $0 == "Pod" } ?? false
        let writer = lastWriter
        let made = metadata?["creationTimestamp"]?.text?.timestamp
        var record = ContainerDeployment(
            event: .init(
                timestamp: isNew ? made : writer?["time"]?.text?.timestamp ?? made,
                id: metadata?["uid"]?.string ?? "\(position.path)#\(position.offset)",
                action: isPod ? (isNew ? .podCreate : .podUpdate) : (isNew ? .workloadCreate : .workloadUpdate),
                outcome: .success,
                dataset: .kubernetesWatch
            ),
            route: isMirror ? .staticPod : .kubernetesAPI
        )
        record.log = position
        record.placement.orchestratorType = "kubernetes"
        record.actor.userAgent = writer?["manager"]?.string
        return record
    }

    /// The controller that made it, as a piece of a key; nil for what somebody made by themselves.
    var controller: String? {
        guard let metadata, let owner = WorkloadReader.owner(in: metadata), owner["controller"]?.bool == true,
            let kind = owner["kind"]?.string, let name = owner["name"]?.string
        else { return nil }
        return "\(kind)/\(name)"
    }

    /// Whether it only shows what a node's kubelet runs from a file of its own.
    private var isMirror: Bool {
        guard let metadata, metadata["annotations"]?["kubernetes.io/config.mirror"] != nil else { return false }
        return WorkloadReader.owner(in: metadata)?["kind"]?.text.map { $0 == "Node" } ?? false
    }

    /// Who wrote the object last, its status aside (meta/v1, ManagedFieldsEntry).
    private var lastWriter: JSONValue? {
        var last: (entry: JSONValue, time: Timestamp)?
        for entry in metadata?["managedFields"].map({ Array($0.elements.prefix(256)) }) ?? [] {
            if let part = entry["subresource"]?.text, !(part == "") && !(part == "ephemeralcontainers") { continue }
            let time = entry["time"]?.text?.timestamp ?? Timestamp(microseconds: 0)
            if last.map({ $0.time <= time }) ?? true { last = (entry, time) }
        }
        return last?.entry
    }
}
