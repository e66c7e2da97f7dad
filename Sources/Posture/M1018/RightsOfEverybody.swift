internal import Sigma

extension Check {
    /// Whether everybody who has an account of any kind may deploy.
    static let rightsOfEverybody = Check(
        id: "TW-M1018-009",
        title: "Every User Or Service Account May Deploy",
        mitigation: .accounts,
        level: .critical,
        reads: "what bindings to system:authenticated and system:serviceaccounts allow",
        passes: "they allow neither to deploy, nor to enter containers, nor to read secrets",
        remedy: "bind the role to the users or service accounts that need it, and delete this binding",
        references: ["kubescape C-0265", "trivy KSV-01011"],
        judge: { evidence in
            evidence.access.results(of: "roles and bindings") { access in
                let held = access.heldByEverybody
                guard !held.isEmpty else {
                    return [CheckResult(.pass, subject: "", "no binding gives everybody such rights")]
                }
                return held.map { one in
                    CheckResult(
                        .fail,
                        subject: "\(one.binding)",
                        "everybody of \(one.subject) may \(one.rights[0])\(one.rights.count > 1 ? " and more" : "")",
                        evidence: one.rights
                    )
                }
            }
        },
        fix: { evidence in
            let held = evidence.access.value?.heldByEverybody ?? []
            let bindings = HeldRights.byBinding(held).map(\.binding)
            return ClusterAccess.fixes(removing: \.isCrowd, from: bindings)
        }
    )
}

extension ClusterAccess {
    fileprivate var heldByEverybody: [HeldRights] {
        let secrets = [ResourceAttributes(verb: "get", resource: "secrets")]
        return held(Workloads.deploying(by: roles) + Workloads.entering + secrets).filter(\.subject.isCrowd)
    }
}

extension Subject {
    /// Whether it is a group that nobody put together: of all who are authenticated, or of all service accounts.
    fileprivate var isCrowd: Bool {
        kind == .group
            && (name == UserInfo.authenticated || name == "system:serviceaccounts"
                || name.hasPrefix("system:serviceaccounts:"))
    }
}
