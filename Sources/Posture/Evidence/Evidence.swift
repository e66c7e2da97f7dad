/// What is known of a host and a cluster: all that checks look at.
package struct Evidence: Sendable {
    package var host: Reading<HostEvidence> = .absent
    package var cluster: Reading<ClusterEvidence> = .absent
    package var expectations = Expectations()

    package init() {}

    /// Who may do what in the cluster.
    package var access: Reading<ClusterAccess> { cluster.flatMap(\.access) }
}

/// Something that was looked for.
package enum Reading<Value: Sendable>: Sendable {
    /// There is none.
    case absent
    case known(Value)
    /// It is there, but could not be read, or not wholly: for people.
    case unreadable(String)
}

extension Reading: Equatable where Value: Equatable {}

extension Reading {
    package var value: Value? {
        guard case .known(let value) = self else { return nil }
        return value
    }

    package func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> { flatMap { .known(transform($0)) } }

    package func flatMap<Other>(_ transform: (Value) -> Reading<Other>) -> Reading<Other> {
        switch self {
        case .absent: .absent
        case .known(let value): transform(value)
        case .unreadable(let reason): .unreadable(reason)
        }
    }

    /// What a check finds in it, where it is known: what is not there does not apply, and what cannot be read is unknown.
    func results(of kind: String, _ judge: (Value) -> [CheckResult]) -> [CheckResult] {
        switch self {
        case .absent: [CheckResult(.notApplicable, subject: "", "there are no \(kind)")]
        case .known(let value): judge(value)
        case .unreadable(let reason): [CheckResult(.unknown, subject: "", "\(kind) could not be read: \(reason)")]
        }
    }
}
