/// Who may do in a cluster what containers come to run by: a table, and the same as JSON.
package struct WhoCan: Sendable, Equatable {
    /// What a subject may do by one binding.
    package struct Row: Sendable, Equatable {
        package var subject: Subject
        /// Where; nil for everywhere.
        package var namespace: String?
        /// What gives it, and the role in it; nil for superusers, who need none.
        package var binding: RoleBinding?
        /// What the subject may do, each with the rights that it has of those: `create pods`, `update pods (web)`.
        package var powers: [Power: [String]]
        /// Whether it is a part of the cluster, by a binding of the cluster's own.
        package var isOfCluster: Bool
        /// How many pods run as a service account; nil for others, and where pods are not known.
        package var pods: Int?
    }

    /// By subject, then by where.
    package var rows: [Row]
    /// How many rows there are beyond those.
    package var leftOut: Int

    /// What any cluster's table fits in; more is for nobody to read.
    package static let maximumRows = 10_000

    /// - Parameters:
    ///   - pods: what runs, so that it can be told which accounts are in use; nil where that is not known.
    package init(_ access: ClusterAccess, pods: [ClusterObject]? = nil, maximumRows: Int = Self.maximumRows) {
        let asked = Power.allCases.flatMap { power in
            power.rights(among: access.roles).map { (power: power, right: $0) }
        }
        let powers = Dictionary(asked.map { ($0.right, $0.power) }) { first, _ in first }
        let accounts = pods.map(Self.podsByAccount)
        var rows = [
            Row(
                subject: Subject(.group, UserInfo.superusers),
                powers: Dictionary(uniqueKeysWithValues: Power.allCases.map { ($0, ["everything"]) }),
                isOfCluster: true
            )
        ]
        var leftOut = 0
        let combined = CombinedRights(access, asked: asked.map(\.right))
        for holding in access.rights.holdings(of: asked.map(\.right)) {
            var share = CombinedRights.Share(holding, combined) { Self.byPower($0, powers) }
            var seen: Set<Subject> = []
            for subject in holding.binding.subjects where seen.insert(subject).inserted {
                let powers = share.value(for: subject)
                guard !powers.isEmpty else { continue }
                guard rows.count < maximumRows else {
                    leftOut += 1
                    continue
                }
                rows.append(
                    Row(
                        subject: subject,
                        namespace: holding.binding.namespace,
                        binding: holding.binding,
                        powers: powers,
                        isOfCluster: ClusterParts.include(subject, by: holding.binding),
                        pods: subject.kind == .serviceAccount ? accounts.map { $0[subject] ?? 0 } : nil
                    )
                )
            }
        }
        self.rows = rows.sorted { Self.key($0) < Self.key($1) }
        self.leftOut = leftOut
    }

    /// The same without the cluster's own parts.
    package var withoutCluster: WhoCan {
        var copy = self
        copy.rows.removeAll(where: \.isOfCluster)
        return copy
    }

    private static func byPower(
        _ given: [Rights.GivenRight],
        _ powers: [ResourceAttributes: Power]
    ) -> [Power: [String]] {
        Dictionary(grouping: given) { powers[$0.attributes] ?? .deploy }.mapValues { $0.map(\.words) }
    }

    private static func podsByAccount(_ pods: [ClusterObject]) -> [Subject: Int] {
        var counts: [Subject: Int] = [:]
        for pod in pods {
            let name = pod.document.at("spec", "serviceAccountName")?.text ?? "default"
            counts[Subject(.serviceAccount, name, namespace: pod.namespace), default: 0] += 1
        }
        return counts
    }

    /// No two rows have the same.
    private static func key(_ row: Row) -> (Int, String, String, String, String) {
        let kind =
            switch row.subject.kind {
            case .group: 0
            case .user: 1
            case .serviceAccount: 2
            }
        return (kind, row.subject.namespace ?? "", row.subject.name, row.namespace ?? "", row.binding?.name ?? "")
    }
}
