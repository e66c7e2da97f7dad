internal import Deployments
internal import JSON

/// Reads a Kubernetes object that may deploy containers.
enum WorkloadReader {
    /// The containers that `object` deploys, with what the object says of itself; empty when it deploys none.
    ///
    /// - Parameters:
    ///   - object: a whole object, or what a patch says of one.
    ///   - base: what is known from elsewhere: the event, the actor, the route.
    ///   - isPatch: whether `object` is only a part, so that a container may stand there without its image.
    static func records(of object: JSONValue, base: ContainerDeployment, isPatch: Bool = false) -> [ContainerDeployment]
    {
        found(in: object, base: base, isPatch: isPatch).map(\.record)
    }

    /// The same with where each container stands and what tells its versions apart, when asked for.
    static func found(
        in object: JSONValue,
        base: ContainerDeployment,
        isPatch: Bool = false,
        detail: TemplateSearch.Detail = .records
    ) -> [TemplateSearch.Found] {
        search(object, base: base, isPatch: isPatch, detail: detail).found
    }

    /// The search itself, which also says whether it came to its end.
    static func search(
        _ object: JSONValue,
        base: ContainerDeployment,
        isPatch: Bool = false,
        detail: TemplateSearch.Detail = .records
    ) -> TemplateSearch {
        var base = base
        describe(object, into: &base)
        var search = TemplateSearch(base: base, isPatch: isPatch, detail: detail)
        search.search(object)
        return search
    }

    /// The pods that `object` deploys, in their typed form: where Kubernetes puts them in kinds of its own, by shape in
    /// others; empty when it deploys none.
    ///
    /// - Throws: the first field of a wrong type.
    static func pods(in object: JSONValue, base: ContainerDeployment) throws(PodReadingError) -> [Pod] {
        if let names = NativeWorkload.template(of: object) {
            return try NativeWorkload.pod(in: object, at: names).map { [$0] } ?? []
        }
        let gathering = PodGathering()
        var search = TemplateSearch(base: base, gathering: gathering)
        search.search(object)
        return try gathering.finish()
    }

    /// Whether the object is of a kind whose members only look like containers, or that no one deploys by.
    ///
    /// Custom resources may have the same names for their kinds, so the group counts too, where the object tells it.
    static func isNoWorkload(_ object: JSONValue) -> Bool {
        guard let kind = object["kind"]?.text else { return false }
        let group = object["apiVersion"]?.text
        if kind == "ConfigMap" || kind == "Secret" || kind == "Node" || kind == "Status" {
            return group.map { $0 == "v1" } ?? true
        }
        if kind == "Event" { return group.map { $0 == "v1" || $0.hasPrefix("events.k8s.io/") } ?? true }
        if kind == "CustomResourceDefinition" { return group?.hasPrefix("apiextensions.k8s.io/") ?? true }
        if kind == "APIService" { return group?.hasPrefix("apiregistration.k8s.io/") ?? true }
        if kind == "HelmRelease" { return group?.hasPrefix("helm.toolkit.fluxcd.io/") ?? true }
        return false
    }

    /// The owner that controls the object, or the first where none does.
    static func owner(in metadata: JSONValue) -> JSONValue? {
        guard let owners = metadata["ownerReferences"] else { return nil }
        var first: JSONValue?
        for owner in owners.elements {
            if owner["controller"]?.bool == true { return owner }
            first = first ?? owner
        }
        return first
    }

    /// Adds what the object says of itself.
    static func describe(_ object: JSONValue, into base: inout ContainerDeployment) {
        if let kind = object["kind"]?.string { base.placement.resourceType = kind.lowercased() }
        if let version = object["apiVersion"]?.string {
            let parts = version.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2)
            base.placement.resourceGroup = parts.count > 1 ? String(Substring(parts[0])) : ""
        }
        if let metadata = object["metadata"] {
            base.placement.resourceName =
                metadata["name"]?.string ?? base.placement.resourceName
                ?? metadata["generateName"]?.string
            base.placement.namespace = metadata["namespace"]?.string ?? base.placement.namespace
            if let owner = owner(in: metadata) {
                base.placement.parentType = owner["kind"]?.string?.lowercased()
                base.placement.parentName = owner["name"]?.string
            }
        }
        guard let spec = object["spec"] else { return }
        base.placement.replicas = spec["replicas"]?.integer.map { Int($0) }
        base.placement.schedule = spec["schedule"]?.string
    }
}
