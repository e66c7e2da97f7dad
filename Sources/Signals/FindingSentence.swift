internal import Deployments
package import Judge
internal import Sigma

extension Finding {
    /// What the finding speaks of in one sentence, for messages that name its rule besides: `pod/web in shop, container web,
    /// of nginx:1.27, by mallory@192.0.2.7 (pod-create by kubernetes-api)`.
    package var sentence: String {
        switch subject {
        case .deployment(let event):
            let deployment = event.deployment
            let parts = [
                SubjectWords.place(deployment),
                deployment.container.imageText.map { "of \($0)" },
                SubjectWords.who(deployment.actor).map { "by \($0)" },
            ]
            return told(parts, SubjectWords.action(deployment))
        case .rawRecord(let record):
            let parts = [SubjectWords.place(record), SubjectWords.who(record).map { "by \($0)" }]
            return told(parts, record.action)
        case .correlation(let summary):
            let common = reasons.compactMap(\.value).filter { !$0.isEmpty }.joined(separator: ", ")
            return told([common.isEmpty ? nil : common], SubjectWords.events(summary))
        }
    }

    private func told(_ parts: [String?], _ action: String?) -> String {
        let words = parts.compactMap(\.self).joined(separator: ", ")
        guard let action else { return words }
        return words.isEmpty ? action : "\(words) (\(action))"
    }

    /// What findings are grouped by when they are told: the workload or container that it speaks of, else who did it.
    package var group: String {
        switch subject {
        case .deployment(let event):
            let placement = event.deployment.placement
            let container = event.deployment.container
            if let name = placement.resourceName {
                return [placement.hostName, placement.namespace, placement.resourceType, name].compactMap(\.self)
                    .joined(separator: "/")
            }
            if let name = container.id ?? container.name {
                return [placement.hostName, name].compactMap(\.self).joined(separator: "/")
            }
            return SubjectWords.who(event.deployment.actor) ?? ""
        case .rawRecord(let record): return SubjectWords.place(record) ?? SubjectWords.who(record) ?? ""
        case .correlation: return reasons.compactMap(\.value).joined(separator: "/")
        }
    }
}
