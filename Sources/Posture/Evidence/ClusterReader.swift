/// Reads the objects of a cluster: lists as an API server sends them, what `kubectl get -o json` or `-o yaml` writes, and
/// manifests.
package struct ClusterReader {
    package private(set) var evidence = ClusterEvidence()
    /// What could not be read, and where.
    package private(set) var problems: [String] = []
    private var rights = RightsReader()
    private var rightsKinds: Set<String> = []

    private static let accessKinds: Set = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"]

    package init() {}

    /// All that was read, put together.
    ///
    /// Who may do what is known once the lists of all four kinds were read: a binding whose role is missing would allow nothing.
    package var cluster: ClusterEvidence {
        var evidence = evidence
        let missing = Self.accessKinds.subtracting(rightsKinds).sorted()
        evidence.access =
            if rightsKinds.isEmpty {
                .unreadable("no roles and bindings were collected")
            } else if let kind = missing.first {
                .unreadable("no \(kind) objects were collected")
            } else {
                ClusterAccess.reading(rights)
            }
        return evidence
    }

    /// Reads a file of JSON or YAML.
    ///
    /// - Parameter source: its name, for messages; where it is `deployments.json` or the like, an empty list in it is one of
    ///   that kind.
    package mutating func read(_ bytes: [UInt8], from source: String) {
        let named = ClusterKind.byResource[Self.stem(of: source)]?.kind
        do throws(DocumentError) {
            let isJSON = bytes.first { !" \n\t\r".utf8.contains($0) } == UInt8(ascii: "{")
            let documents =
                isJSON
                ? [try Document(json: bytes)] : try Document.documents(yaml: String(decoding: bytes, as: UTF8.self))
            for document in documents { add(document, named: named, from: source) }
            if documents.isEmpty { note(source, "holds no object", kind: named) }
        } catch {
            note(source, error.description, kind: named)
        }
    }

    /// Takes all objects of a kind, which do not say themselves what they are.
    package mutating func add(_ objects: [Document], of kind: ClusterKind, from source: String) {
        know(kind.kind)
        for (index, object) in objects.enumerated() {
            addObject(
                object,
                kind: kind.kind,
                apiVersion: kind.apiVersion,
                from: source,
                place: "\(kind.resource)[\(index)]."
            )
        }
    }

    /// All that was read, and the address of the server that it is of.
    package func cluster(of server: String) -> ClusterEvidence {
        var cluster = cluster
        cluster.server = server
        return cluster
    }

    /// Says that the objects of a kind could not be had.
    package mutating func miss(_ kind: String, _ reason: String, from source: String) {
        note(source, reason, kind: kind)
    }

    /// Says that a file could not be read.
    package mutating func miss(file: String, _ reason: String) {
        note(file, reason, kind: ClusterKind.byResource[Self.stem(of: file)]?.kind)
    }

    private mutating func add(_ document: Document, named: String?, from source: String) {
        let kind = document["kind"]?.text ?? ""
        guard kind.hasSuffix("List"), case .list(let items)? = document["items"] ?? .list([]) else {
            return addObject(document, kind: nil, apiVersion: nil, from: source, place: "")
        }
        // A list of one kind does not say it of each item, and `kubectl get` makes a List of any.
        let own = kind == "List" ? nil : String(kind.dropLast(4))
        if let kind = own ?? named { know(kind) }
        for (index, item) in items.enumerated() {
            addObject(
                item,
                kind: own,
                apiVersion: document["apiVersion"]?.text,
                from: source,
                place: "items[\(index)]."
            )
        }
        if let continued = document.at("metadata", "continue")?.text, !continued.isEmpty {
            note(source, "the list goes on in another page, which is missing", kind: own ?? named)
        }
    }

    private mutating func addObject(
        _ document: Document,
        kind: String?,
        apiVersion: String?,
        from source: String,
        place: String
    ) {
        guard let object = ClusterObject(document, kind: kind, apiVersion: apiVersion) else {
            return note(source, "\(place.isEmpty ? "" : "\(place.dropLast()): ")no kind, or no name", kind: kind)
        }
        know(object.kind)
        evidence.add([object], of: object.kind)
        if Self.accessKinds.contains(object.kind) {
            rights.read(document, kind: object.kind, from: source, place: place)
        }
    }

    private mutating func know(_ kind: String) {
        if case .unreadable? = evidence.kinds[kind] { return }
        evidence.add([], of: kind)
        if Self.accessKinds.contains(kind) { rightsKinds.insert(kind) }
    }

    private mutating func note(_ source: String, _ reason: String, kind: String?) {
        problems.append("\(source): \(reason)")
        guard let kind else { return }
        evidence.miss(kind, "\(source): \(reason)")
        rightsKinds.remove(kind)
    }

    /// `deployments` of `cluster/deployments.json`.
    private static func stem(of source: String) -> String {
        let file = source.split(separator: "/").last ?? ""
        return String(file.split(separator: ".").first ?? "")
    }
}
