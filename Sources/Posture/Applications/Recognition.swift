internal import Deployments

/// What a container shows of what runs in it, whoever runs it.
package struct ContainerLook: Sendable, Equatable {
    package var image: String
    /// Command and arguments.
    package var words: [String] = []
    package var ports: Set<Int> = []
    /// Of its pod, or of itself where there is none.
    package var labels: [String: String] = [:]
    package var serviceAccount: String?

    package init(image: String) { self.image = image }

    /// A container of a pod.
    package init(_ container: Document, in template: Document) {
        image = container["image"]?.text ?? ""
        words = (container["command"]?.texts ?? []) + (container["args"]?.texts ?? [])
        ports = Set(container["ports"]?.elements.compactMap { $0["containerPort"]?.integer.map { Int($0) } } ?? [])
        labels = template.at("metadata", "labels")?.textsByName ?? [:]
        serviceAccount = template.at("spec", "serviceAccountName")?.text ?? template.at("spec", "serviceAccount")?.text
    }

    /// A container as `GET /containers/ID/json` tells it.
    package init(inspected: Document) {
        image = inspected.at("Config", "Image")?.text ?? ""
        words = (inspected["Path"]?.text.map { [$0] } ?? []) + (inspected["Args"]?.texts ?? [])
        let exposed = inspected.at("Config", "ExposedPorts")?.members.map(\.name) ?? []
        ports = Set(exposed.compactMap { $0.split(separator: "/").first.flatMap { Int($0) } })
        labels = inspected.at("Config", "Labels")?.textsByName ?? [:]
    }
}

extension ManagementApplication {
    /// The application that a pod's template runs, by its first container that runs one.
    package static func of(podTemplate template: Document) -> ManagementApplication? {
        container(of: template)?.application
    }

    /// The application that a container of an engine runs, as `GET /containers/ID/json` tells it.
    package static func of(inspected container: Document) -> ManagementApplication? {
        of(ContainerLook(inspected: container))
    }

    package static func of(_ look: ContainerLook) -> ManagementApplication? {
        all.first { $0.isImage(of: look) } ?? all.first { $0.marks(in: look) >= 2 }
    }

    static func container(of template: Document) -> (application: ManagementApplication, container: Document)? {
        for container in template.at("spec", "containers")?.elements ?? [] {
            if let application = of(ContainerLook(container, in: template)) { return (application, container) }
        }
        return nil
    }

    private func isImage(of look: ContainerLook) -> Bool {
        guard images.contains(where: { Self.isRepository(look.image, endingIn: $0) }) else { return false }
        guard otherWords.isDisjoint(with: look.words) else { return false }
        return word.map { look.hasWord($0) } ?? true
    }

    /// How many of the marks are there that a renamed image leaves.
    private func marks(in look: ContainerLook) -> Int {
        guard !companions.contains(where: { Self.isRepository(look.image, endingIn: $0) }) else { return 0 }
        guard otherWords.isDisjoint(with: look.words) else { return 0 }
        return [
            labels.contains { name, values in look.labels[name].map(values.contains) ?? false },
            !look.ports.isDisjoint(with: ports),
            look.serviceAccount.map(serviceAccounts.contains) ?? false,
            word.map { look.hasWord($0) } ?? false,
        ].count { $0 }
    }

    /// Whether an image's repository ends in these components.
    private static func isRepository(_ image: String, endingIn components: String) -> Bool {
        let repository = (try? ImageReference(parsing: image)).map(\.name) ?? image
        return repository == components || repository.hasSuffix("/\(components)")
    }
}

extension ContainerLook {
    /// Whether an argument is this word, or a path to a program of that name.
    fileprivate func hasWord(_ word: String) -> Bool {
        words.contains { $0 == word || $0.hasSuffix("/\(word)") || $0.split(separator: " ").contains { $0 == word } }
    }
}
