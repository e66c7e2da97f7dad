internal import Dialects

/// One control of the standards: what it demands, and how that changed from version to version.
package struct PodSecurityControl: Sendable {
    /// The name that the API server knows it by: `allowPrivilegeEscalation`.
    package let id: String
    /// The laxest level that demands it.
    package let level: PodSecurityLevel
    /// What it demands, in a sentence.
    package let demand: String
    /// What to change where it is violated.
    package let remedy: String
    /// Its forms, by the version that each came with, rising.
    let revisions: [Revision]
    /// Controls of the baseline that it stands in for.
    var overrides: [String] = []

    /// A form of the control.
    struct Revision: Sendable {
        /// The first minor version of Kubernetes that has it.
        let since: Int
        /// What is wrong with a pod; nil when nothing is.
        let check: @Sendable (Pod) -> Objection?
    }

    /// The form that holds in a version; nil before the first.
    func revision(in minor: Int) -> Revision? { revisions.last { $0.since <= minor } }

    /// All controls in the order in which the API server tells violations: the baseline's first, each by name.
    package static let all: [PodSecurityControl] = [
        .appArmorProfile, .capabilitiesBaseline, .hostNamespaces, .hostPathVolumes, .hostPorts,
        .hostProbesAndHostLifecycle, .privileged, .procMount, .seLinuxOptions, .seccompProfileBaseline, .sysctls,
        .windowsHostProcess,
        .allowPrivilegeEscalation, .capabilitiesRestricted, .procMountRestricted, .restrictedVolumes, .runAsNonRoot,
        .runAsUser, .seccompProfileRestricted,
    ]
}

extension PodSecurityControl: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.id == right.id }
}
