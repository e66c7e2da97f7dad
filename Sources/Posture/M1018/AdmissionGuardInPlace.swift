internal import Sigma

extension Check {
    /// Whether anything refuses what must not land, also while it is down.
    static let admissionGuardInPlace = Check(
        id: "TW-M1018-025",
        title: "No Admission Guard, Or It Fails Open",
        mitigation: .accounts,
        level: .high,
        reads:
            "ValidatingWebhookConfigurations, and ValidatingAdmissionPolicies with their bindings: what they are asked about,"
            + " where, and what happens while they cannot be",
        passes:
            "one is asked about pods in every namespace but its own and the cluster's, and nothing passes while it is down",
        remedy: "put an admission guard in place with failurePolicy Fail, that selects namespaces by their names",
        references: [
            "kubescape C-0036",
            "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
        ],
        judge: { evidence in
            evidence.cluster.flatMap { cluster in
                cluster.admissionGuards.map { (cluster, $0) }
            }
            .results(of: "webhook configurations") { cluster, guards in cluster.judge(guards) }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let guards = cluster.admissionGuards.value else { return [] }
            return [cluster.fix(guards)]
        }
    )
}

extension ClusterEvidence {
    fileprivate func judge(_ guards: [AdmissionGuard]) -> [CheckResult] {
        let asked = guards.filter(\.isAskedAboutPods)
        guard !asked.isEmpty else {
            let reason = "nothing is asked about pods before they run"
            return [CheckResult(.fail, subject: "", reason, evidence: guards.map(\.words))]
        }
        let namespaces = objects("Namespace").value ?? []
        let results = asked.map { one -> CheckResult in
            let weaknesses = one.weaknesses(among: namespaces)
            guard !weaknesses.isEmpty else {
                let but = one.namesLeftOut.isEmpty ? "" : " but \(one.namesLeftOut.joined(separator: ", "))"
                return CheckResult(
                    .pass,
                    subject: one.words,
                    "it is asked about pods in every namespace\(but), and none runs while it does not answer"
                )
            }
            return CheckResult(
                weaknesses.outcome,
                subject: one.words,
                weaknesses.map(\.words).joined(separator: "; "),
                evidence: one.evidence
            )
        }
        // One that holds is enough; what others let past, it does not.
        let holding = results.filter { $0.outcome == .pass }
        if !holding.isEmpty { return holding }
        let warned = results.filter { $0.outcome == .warn }
        return warned.isEmpty ? results : warned
    }

    fileprivate func fix(_ guards: [AdmissionGuard]) -> Fix {
        let asked = guards.filter { $0.isAskedAboutPods && !$0.isOfProvider }
        // The one that asks about most is meant to be the guard.
        let meant = asked.filter(\.isAskedAboutWorkloads).first ?? asked.first
        if let meant, case .webhook(let name, let place) = meant.source, let object = webhookConfiguration(name) {
            return Fix(
                "Have \(meant.name) asked about every pod, and none pass while it does not answer",
                [.manifest(object.applicable.closing(webhook: place, own: meant.ownNamespace))],
                caution: "while it is down nothing new is deployed; the way out is kubectl delete "
                    + "validatingwebhookconfiguration \(name). An operator that owns the object may write it back"
            )
        }
        return .admissionGuard
    }
}

extension Fix {
    /// Puts the guard in place by the command that prints it.
    static let admissionGuard = Fix(
        "Put an admission guard in place",
        [
            .command(
                #": "${IMAGE:?a reference in a registry of yours, such as registry.example.com/tidewaiter:1}""#
            ),
            .command("make -C TIDEWAITER image # its sources"),
            .command(#"docker tag "tidewaiter:$(tidewaiter --version)" "$IMAGE" && docker push "$IMAGE""#),
            .command(#"tidewaiter guard kubernetes --manifests --image "$IMAGE" | kubectl apply -f -"#),
        ],
        commands: ["kubectl -n tidewaiter rollout status deployment/tidewaiter"],
        caution: "while no replica of it answers nothing new is deployed outside of kube-system; it begins with "
            + "`observe: true` in the ConfigMap tidewaiter-policy and refuses nothing: look at what it would refuse, then "
            + "make that false"
    )
}

extension AdmissionGuard {
    /// Whether it is one that a cloud puts into every cluster for purposes of its own.
    fileprivate var isOfProvider: Bool {
        ["vpc-resource-", "eks-", "gke-", "aks-", "gmp-", "pod-identity-"].contains { prefix in
            if case .webhook(let name, _) = source { name.hasPrefix(prefix) } else { false }
        } || name.hasSuffix(".gke.io")
    }

    fileprivate var isAskedAboutWorkloads: Bool { covers("CREATE", "apps", "deployments") }

    /// As it stands there, of what lets things past.
    fileprivate var evidence: [String] {
        var lines = ["failurePolicy: \(failsClosed ? "Fail" : "Ignore")"]
        if !namespaceSelector.isForAll { lines.append("namespaceSelector: \(namespaceSelector.words)") }
        if !objectSelector.isForAll { lines.append("objectSelector: \(objectSelector.words)") }
        return lines + undecidedConditions.map { "matchConditions: \($0)" }
    }
}

extension LabelSelector {
    fileprivate var words: String {
        let labels = matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let expressions = matchExpressions.map { one in
            one.values.isEmpty
                ? "\(one.key) \(one.operator.rawValue)"
                : "\(one.key) \(one.operator.rawValue) (\(one.values.joined(separator: ", ")))"
        }
        return (labels + expressions).joined(separator: ", ")
    }
}

extension Document {
    /// A configuration whose webhook at a place is asked about all pods outside of its own namespace and kube-system, and
    /// refuses while it does not answer.
    fileprivate func closing(webhook place: Int, own: String?) -> Document {
        var webhooks = self["webhooks"]?.elements ?? []
        guard webhooks.indices.contains(place) else { return self }
        let names = (own.map { [$0] } ?? []) + ["kube-system"]
        let selector: Document = [
            "matchExpressions": [
                [
                    "key": .text(AdmissionGuard.nameLabel), "operator": "NotIn",
                    "values": .list(names.map { .text($0) }),
                ]
            ]
        ]
        let pods: Document = [
            "apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE", "CONNECT"],
            "resources": ["pods", "pods/*"], "scope": "Namespaced",
        ]
        webhooks[place] = webhooks[place].setting("Fail", at: ["failurePolicy"])
            .setting(selector, at: ["namespaceSelector"]).removing(["objectSelector"])
            .removing(["matchConditions"])
            .setting(.list((webhooks[place]["rules"]?.elements ?? []) + [pods]), at: ["rules"])
        return setting(.list(webhooks), at: ["webhooks"])
    }
}
