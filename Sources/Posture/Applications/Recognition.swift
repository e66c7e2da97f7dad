internal import Deployments

/// What a container shows of what runs in it, whoever runs it.
struct ContainerLook {
    /// Its image's, with the registry; as it was written where that is no image's name.
    let repository: String
    /// Command and arguments.
    let words: [String]
    let ports: Set<Int>
    /// Of its pod, or of itself where there is none.
    let labels: [String: String]
    var serviceAccount: String?

    /// A container of pods.
    init(_ container: TemplateContainer, labels: [String: String]) {
        repository = container.deployment.container.repository
        words = container.words
        ports = Set(container.ports.map(\.number))
        self.labels = labels
        serviceAccount = container.deployment.security.serviceAccount
    }

    /// A container of an engine.
    init(_ container: EngineContainer) {
        repository = container.deployment.value?.container.repository ?? ""
        words = container.words
        ports = container.exposedPorts
        labels = container.labels
    }
}

extension ContainerDeployment.Container {
    fileprivate var repository: String { image?.name ?? imageText ?? "" }
}

extension ManagementApplication {
    /// The application that a pod runs, and the container that does: the first one that runs any.
    static func of(
        _ containers: [TemplateContainer],
        labels: [String: String]
    ) -> (application: ManagementApplication, container: TemplateContainer)? {
        for container in containers where container.list == "containers" {
            if let application = of(ContainerLook(container, labels: labels)) { return (application, container) }
        }
        return nil
    }
}

extension EngineContainer {
    /// The application that it runs.
    var application: ManagementApplication? { ManagementApplication.of(ContainerLook(self)) }
}

extension ManagementApplication {
    static func of(_ look: ContainerLook) -> ManagementApplication? {
        all.first { $0.isImage(of: look) } ?? all.first { $0.marks(in: look) >= 2 }
    }

    private func isImage(of look: ContainerLook) -> Bool {
        guard images.contains(where: { look.isOf($0) }) else { return false }
        guard otherWords.isDisjoint(with: look.words) else { return false }
        return word.map { look.hasWord($0) } ?? true
    }

    /// How many of the marks are there that a renamed image leaves.
    private func marks(in look: ContainerLook) -> Int {
        guard !companions.contains(where: { look.isOf($0) }) else { return 0 }
        guard otherWords.isDisjoint(with: look.words) else { return 0 }
        return [
            labels.contains { name, values in look.labels[name].map(values.contains) ?? false },
            !look.ports.isDisjoint(with: ports),
            look.serviceAccount.map(serviceAccounts.contains) ?? false,
            word.map { look.hasWord($0) } ?? false,
        ].count { $0 }
    }
}

extension ContainerLook {
    /// Whether its image's repository ends in these components.
    fileprivate func isOf(_ components: String) -> Bool {
        guard repository.utf8.suffix(components.utf8.count).elementsEqual(components.utf8) else { return false }
        let before = repository.utf8.dropLast(components.utf8.count)
        return before.isEmpty || before.last == UInt8(ascii: "/")
    }

    /// Whether an argument is this word, or a path to a program of that name.
    fileprivate func hasWord(_ word: String) -> Bool {
        words.contains { $0 == word || $0.hasSuffix("/\(word)") || $0.split(separator: " ").contains { $0 == word } }
    }
}
