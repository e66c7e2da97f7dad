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

    /// A container of pods.
    init(_ container: TemplateContainer, in template: PodTemplate) {
        image = container.image
        words = container.words
        ports = Set(container.ports.map(\.number))
        labels = template.labels
        serviceAccount = container.deployment.security.serviceAccount
    }

    /// A container of an engine.
    init(_ container: EngineContainer) {
        image = container.image
        words = container.words
        ports = container.exposedPorts
        labels = container.labels
    }
}

extension PodTemplate {
    /// The application that it runs, and the container that does: the first one that runs any.
    var application: (application: ManagementApplication, container: TemplateContainer)? {
        for container in containers where container.list == "containers" {
            if let application = ManagementApplication.of(ContainerLook(container, in: self)) {
                return (application, container)
            }
        }
        return nil
    }
}

extension EngineContainer {
    /// The application that it runs.
    var application: ManagementApplication? { ManagementApplication.of(ContainerLook(self)) }
}

extension ManagementApplication {
    package static func of(_ look: ContainerLook) -> ManagementApplication? {
        all.first { $0.isImage(of: look) } ?? all.first { $0.marks(in: look) >= 2 }
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
