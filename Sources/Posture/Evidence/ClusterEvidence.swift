/// What is known of a cluster: its objects as its API server tells them.
package struct ClusterEvidence: Sendable {
    /// By kind, as `Deployment`; a kind that is not here was not asked for.
    package private(set) var kinds: [String: Reading<[ClusterObject]>] = [:]
    /// The pods that those objects have made, and pods themselves.
    package private(set) var templates: [PodTemplate] = []
    /// Namespaces and names of the objects of each kind that makes pods: `shop/web`.
    private var makers: [String: Set<String>] = [:]
    /// Whom the cluster's own objects allow what; unreadable where part of them is.
    package var access: Reading<ClusterAccess> = .absent
    /// Which rights were used, as the cluster's audit log tells it; absent where it was not given.
    package var used: Reading<UsedRights> = .absent
    /// What the cloud that runs the cluster says of its API server; absent where nobody gave it.
    package var provider: Reading<ProviderEndpoint> = .absent
    /// What the API server says to whom does not say who it is.
    package var probes: [Probe] = []
    /// What management applications say, asked at their Services' addresses without credentials.
    package var serviceProbes: [ServiceProbe] = []
    /// The server's address, for people.
    package var server = ""

    package init(access: Reading<ClusterAccess> = .absent) { self.access = access }

    /// The objects of a kind; unreadable where nobody asked for them.
    package func objects(_ kind: String) -> Reading<[ClusterObject]> {
        kinds[kind] ?? .unreadable("no \(kind) objects were collected")
    }

    /// Adds objects of a kind, which is known from then on, also when there are none, unless part of it could not be read.
    package mutating func add(_ objects: [ClusterObject], of kind: String) {
        if case .unreadable? = kinds[kind] { return }
        let found = objects.compactMap(PodTemplate.init)
        templates += found
        if !found.isEmpty {
            makers[kind, default: []].formUnion(found.map { "\($0.object.namespace ?? "")/\($0.object.name)" })
        }
        // Taken out before it grows, so that it is not copied for each object.
        var all = kinds.removeValue(forKey: kind)?.value ?? []
        all += objects
        kinds[kind] = .known(all)
    }

    /// Namespaces and names of the objects of a kind that makes pods.
    func names(of kind: String) -> Set<String> { makers[kind] ?? [] }

    /// Says that the objects of a kind could not be read, or not all of them.
    package mutating func miss(_ kind: String, _ reason: String) {
        kinds[kind] = .unreadable(reason)
        templates.removeAll { $0.object.kind == kind }
        makers[kind] = nil
    }
}

/// An object of the Kubernetes API.
package struct ClusterObject: Sendable, Equatable {
    package var kind: String
    /// `apps/v1`.
    package var apiVersion: String
    package var name: String
    /// nil for objects of the whole cluster.
    package var namespace: String?
    /// All of it; the values of Secrets are left out.
    package var document: Document

    package init(kind: String, apiVersion: String, name: String, namespace: String?, document: Document) {
        self.kind = kind
        self.apiVersion = apiVersion
        self.name = name
        self.namespace = namespace
        self.document = document
    }

    /// Reads one.
    ///
    /// - Parameter kind: what it is where it does not say so itself, as in a list of one kind.
    /// - Returns: nil where it has no kind or no name.
    package init?(_ document: Document, kind: String? = nil, apiVersion: String? = nil) {
        guard let kind = document["kind"]?.text ?? kind, let name = document.at("metadata", "name")?.text else {
            return nil
        }
        self.init(
            kind: kind,
            apiVersion: document["apiVersion"]?.text ?? apiVersion ?? ClusterKind.byKind[kind]?.apiVersion ?? "",
            name: name,
            namespace: document.at("metadata", "namespace")?.text,
            document: document
        )
    }

    package var labels: [String: String] { document.at("metadata", "labels")?.textsByName ?? [:] }
    package var annotations: [String: String] { document.at("metadata", "annotations")?.textsByName ?? [:] }

    /// `Service "kubernetes-dashboard/dashboard"`: as findings name it.
    package var words: String { "\(kind) \"\(namespace.map { "\($0)/" } ?? "")\(name)\"" }
}
