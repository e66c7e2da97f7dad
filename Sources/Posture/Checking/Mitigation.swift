/// What ATT&CK says against T1610, Deploy Container, as far as it can be checked.
///
/// Source: https://attack.mitre.org/techniques/T1610/, mitigations.
package enum Mitigation: String, Sendable, CaseIterable {
    /// Limit Access to Resource Over Network.
    case limitAccess = "M1035"
    /// Network Segmentation.
    case segmentation = "M1030"
    /// User Account Management.
    case accounts = "M1018"
    /// Not a mitigation: whether the technique's data sources are there to detect it by.
    case readiness = "Readiness"

    package var title: String {
        switch self {
        case .limitAccess: "Limit Access to Resource Over Network"
        case .segmentation: "Network Segmentation"
        case .accounts: "User Account Management"
        case .readiness: "Readiness To Detect"
        }
    }
}
