internal import Posture

/// Asks a Docker engine at its own socket what it is and what it runs; nothing is changed.
struct DockerInspector {
    let answers: WholeAnswers

    /// More containers than this are not looked into.
    private static let maximumContainers = 5_000
    /// So many are looked into at once.
    private static let width = 8

    func evidence(socket: String) async -> Reading<DockerEvidence> {
        // One that hangs is not waited for with each question.
        if let reason = await answers.silence(at: socket, "/_ping") { return .unreadable(reason) }
        let info: Document
        switch await answers.document(at: socket, "/info") {
        case .known(let document): info = document
        case .absent: return .absent
        case .unreadable(let reason): return .unreadable(reason)
        }
        var evidence = DockerEvidence(info: info)
        evidence.volumes = await answers.document(at: socket, "/volumes").map { $0["Volumes"]?.elements ?? [] }
        evidence.networks = await answers.document(at: socket, "/networks").map(\.elements)
        if info.at("Swarm", "ControlAvailable")?.bool == true {
            evidence.swarm = await answers.document(at: socket, "/swarm")
        }
        evidence.containers = await containers(socket)
        return .known(evidence)
    }

    private func containers(_ socket: String) async -> Reading<[Document]> {
        let list: [Document]
        switch await answers.document(at: socket, "/containers/json") {
        case .known(let document): list = document.elements
        case .absent: return .absent
        case .unreadable(let reason): return .unreadable(reason)
        }
        guard list.count <= Self.maximumContainers else {
            return .unreadable("more than \(Self.maximumContainers) containers run")
        }
        let ids = list.compactMap { $0["Id"]?.text }.filter { $0.allSatisfy(\.isHexDigit) }
        let answers = await ids.mapped(width: Self.width) { [answers] id in
            await answers.document(at: socket, "/containers/\(id)/json")
        }
        var containers: [Document] = []
        for answer in answers {
            switch answer {
            case .known(let document): containers.append(Self.withoutSecrets(document))
            // It ended meanwhile.
            case .absent: break
            case .unreadable(let reason): return .unreadable(reason)
            }
        }
        return .known(containers)
    }

    /// Secrets stand in the environment: the variables that checks read are kept, and no others.
    static func withoutSecrets(_ container: Document) -> Document {
        let kept = (container.at("Config", "Env")?.texts ?? []).filter { pair in
            CollectionPlan.isCollected(variable: String(pair.prefix { $0 != "=" }))
        }
        return container.setting(.list(kept.map { .text($0) }), at: ["Config", "Env"])
    }
}
