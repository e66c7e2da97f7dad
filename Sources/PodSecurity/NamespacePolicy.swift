/// What a namespace asks for by its labels: a policy for each mode.
///
/// Source of the semantics: pod-security-admission, api/helpers.go (`PolicyToEvaluate`).
package struct NamespacePolicy: Sendable, Hashable {
    /// Pods that violate it are refused.
    package var enforce = PodSecurityPolicy(.privileged)
    /// Violations are written into the audit log.
    package var audit = PodSecurityPolicy(.privileged)
    /// Violations are told to the client.
    package var warn = PodSecurityPolicy(.privileged)

    /// The cluster's default where nothing is configured: everything is allowed.
    package init() {}

    /// What stands before the mode in a label.
    package static let labelPrefix = "pod-security.kubernetes.io/"

    /// A label whose value is no level or no version.
    package struct LabelError: Error, Equatable, CustomStringConvertible {
        /// The label: `pod-security.kubernetes.io/enforce`.
        package var label: String
        /// What it is set to.
        package var value: String
        /// What it has to be.
        package var problem: String

        /// As the API server tells it.
        package var description: String {
            "metadata.labels[\(label)]: Invalid value: \(UpstreamText.goQuoted(value)): \(problem)"
        }
    }

    /// Reads a namespace's labels over the cluster's defaults.
    ///
    /// There is always a policy. A bad level is `restricted` where it is enforced, and `privileged` where it is only
    /// told; a bad version is the latest. Warnings follow what is enforced where they are laxer and not asked for.
    ///
    /// - Returns: the policy, and what is wrong with the labels.
    package static func read(
        labels: [String: String],
        defaults: NamespacePolicy = NamespacePolicy()
    ) -> (policy: NamespacePolicy, errors: [LabelError]) {
        var policy = defaults
        var errors: [LabelError] = []
        let enforced = level("enforce", in: labels, &errors)
        policy.enforce.level = enforced?.orElse(.restricted) ?? policy.enforce.level
        policy.enforce.version = version("enforce", in: labels, &errors) ?? policy.enforce.version
        policy.audit.level = level("audit", in: labels, &errors)?.orElse(.privileged) ?? policy.audit.level
        policy.audit.version = version("audit", in: labels, &errors) ?? policy.audit.version
        let warned = level("warn", in: labels, &errors)
        policy.warn.level = warned?.orElse(.privileged) ?? policy.warn.level
        let warnedVersion = version("warn", in: labels, &errors)
        policy.warn.version = warnedVersion ?? policy.warn.version
        if warned == nil, case .level(let level) = enforced, level > policy.warn.level {
            policy.warn.level = level
            if warnedVersion == nil { policy.warn.version = policy.enforce.version }
        }
        return (policy, errors)
    }

    private enum ReadLevel {
        case level(PodSecurityLevel)
        case invalid

        func orElse(_ level: PodSecurityLevel) -> PodSecurityLevel {
            if case .level(let level) = self { return level }
            return level
        }
    }

    private static func level(
        _ mode: String,
        in labels: [String: String],
        _ errors: inout [LabelError]
    ) -> ReadLevel? {
        let label = labelPrefix + mode
        guard let value = labels[label] else { return nil }
        do throws(InvalidPodSecurityText) {
            return .level(try PodSecurityLevel(parsing: value))
        } catch {
            errors.append(LabelError(label: label, value: value, problem: error.description))
            return .invalid
        }
    }

    private static func version(
        _ mode: String,
        in labels: [String: String],
        _ errors: inout [LabelError]
    ) -> PodSecurityVersion? {
        let label = "\(labelPrefix)\(mode)-version"
        guard let value = labels[label] else { return nil }
        do throws(InvalidPodSecurityText) {
            return try PodSecurityVersion(parsing: value)
        } catch {
            errors.append(LabelError(label: label, value: value, problem: error.description))
            return .latest
        }
    }
}
