internal import Deployments
internal import Dialects
internal import JSON

/// The pods that an object of the cluster has made, or a pod itself.
///
/// What its containers ask for is read as requests and manifests are, by the very same code; the document beside it is for
/// fixes, which change it, and for what a deployment's record has no place for.
package struct PodTemplate: Sendable {
    package let object: ClusterObject
    /// The names that lead to the template in the object; empty for a pod.
    let path: [String]
    /// With `metadata` and `spec`.
    let document: Document
    /// Of all its lists, in their order.
    let containers: [TemplateContainer]
    /// The management application that it runs, and the container that does.
    let application: (application: ManagementApplication, container: TemplateContainer)?

    /// - Returns: nil for an object that makes no pods.
    init?(_ object: ClusterObject) {
        guard let path = Self.path(in: object.kind, object.apiVersion), let document = object.document.at(path) else {
            return nil
        }
        self.object = object
        self.path = path
        self.document = document
        containers = Self.containers(of: document, object)
        application = ManagementApplication.of(
            containers,
            labels: document.at("metadata", "labels")?.textsByName ?? [:]
        )
    }

    /// Where objects of a kind keep it; nil for those that make no pods.
    static func path(in kind: String, _ apiVersion: String) -> [String]? {
        ListedWorkload.templatePath(kind: kind, apiVersion: apiVersion)
    }

    /// The kinds that are collected and have one.
    static let kinds = ClusterKind.all.filter { path(in: $0.kind, $0.apiVersion) != nil }.map(\.kind)

    package var labels: [String: String] { document.at("metadata", "labels")?.textsByName ?? [:] }
    /// Those of its labels that tell its pods from others, without what changes with each of them.
    var lastingLabels: [String: String] {
        labels.filter { name, _ in
            !["pod-template-hash", "controller-revision-hash", "pod-template-generation", "job-name"].contains(name)
                && !name.hasPrefix("batch.kubernetes.io/") && !name.hasPrefix("statefulset.kubernetes.io/")
                && !name.hasPrefix("helm.sh/")
        }
    }
    var annotations: [String: String] { document.at("metadata", "annotations")?.textsByName ?? [:] }
    package var namespace: String { object.namespace ?? "default" }
    /// `default` where it names none.
    package var serviceAccount: String { containers.first?.deployment.security.serviceAccount ?? "default" }
    var isOnHostNetwork: Bool { containers.contains { $0.deployment.host.namespaces.contains(.network) } }
    /// The ports of the nodes that its containers take.
    var hostPorts: [Int] { containers.flatMap(\.deployment.host.ports).filter { $0 != 0 } }
    /// Where its containers that stay say that they listen.
    var mainPorts: [TemplateContainer.Port] { containers.filter { $0.list == "containers" }.flatMap(\.ports) }
    /// The paths of the nodes that its containers see.
    var hostPaths: [HostPath] { containers.flatMap(\.deployment.host.mounts).map(\.source) }

    // MARK: Reading

    private static let lists: [(name: String, roles: Set<Deployments.Role>)] = [
        ("containers", [.app]), ("initContainers", [.`init`, .sidecar]), ("ephemeralContainers", [.ephemeral]),
    ]

    private static func containers(of template: Document, _ object: ClusterObject) -> [TemplateContainer] {
        var records = deployments(of: object)
        return lists.flatMap { list in
            (template.at("spec", list.name)?.elements ?? []).enumerated().compactMap { index, container in
                let name = container["name"]?.text
                guard
                    let place = records.firstIndex(where: { record in
                        record.container.name == name && record.container.role.map(list.roles.contains) ?? true
                    })
                else { return nil }
                return TemplateContainer(
                    list: list.name,
                    index: index,
                    document: container,
                    deployment: records.remove(at: place)
                )
            }
        }
    }

    private static func deployments(of object: ClusterObject) -> [ContainerDeployment] {
        // What the server notes beside it may be longer than the object.
        let whole: Document = [
            "apiVersion": .text(object.apiVersion), "kind": .text(object.kind),
            "metadata": (object.document["metadata"] ?? [:]).removing(["managedFields"]),
            "spec": object.document["spec"] ?? [:],
        ]
        return whole.reading(ListedWorkload.deployments) ?? []
    }
}

/// A container of a pods' template.
struct TemplateContainer: Sendable, Equatable {
    /// `containers`, `initContainers` or `ephemeralContainers`.
    let list: String
    /// Its place in it.
    let index: Int
    let document: Document
    let deployment: ContainerDeployment

    var name: String { deployment.container.name ?? "" }
    /// As it is written.
    var image: String { deployment.container.imageText ?? "" }
    /// Command and arguments.
    var words: [String] { deployment.process.args }
    /// Where it says that it listens.
    var ports: [Port] { (document["ports"]?.elements ?? []).compactMap(Port.init) }

    struct Port: Sendable, Equatable {
        var number: Int
        var name: String?
        var isTCP: Bool
        var hostPort: Int?

        init?(_ document: Document) {
            guard let number = document["containerPort"]?.integer else { return nil }
            self.number = Int(clamping: number)
            name = document["name"]?.text
            isTCP = (document["protocol"]?.text ?? "TCP") == "TCP"
            hostPort = document["hostPort"]?.integer.map { Int(clamping: $0) }
        }
    }
}

extension PodTemplate {
    /// The object with its template changed, as people apply it.
    ///
    /// - Parameters:
    ///   - template: changes the template, before its containers.
    ///   - container: changes each container that it makes something else of.
    func manifest(
        template change: (Document) -> Document = { $0 },
        container: (TemplateContainer) -> Document
    ) -> Document {
        var changed = change(document)
        for one in containers {
            var list = changed.at("spec", one.list)?.elements ?? []
            guard list.indices.contains(one.index) else { continue }
            list[one.index] = container(one)
            changed = changed.setting(.list(list), at: ["spec", one.list])
        }
        let object = object.applicable
        return path.isEmpty ? object.setting(changed["spec"] ?? [:], at: ["spec"]) : object.setting(changed, at: path)
    }
}
