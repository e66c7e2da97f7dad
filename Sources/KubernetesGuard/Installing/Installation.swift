package import Sigma

/// The webhook in a cluster, as chosen: everything that is applied to have it there.
///
/// The chart in `Deploy/helm/tidewaiter` is what says it; this is the chart with some values of its own, without Helm.
package struct Installation: Sendable, Equatable {
    /// What becomes of deployments while no replica answers (`failurePolicy` of admissionregistration.k8s.io/v1).
    package enum FailurePolicy: String, Sendable, CaseIterable {
        /// They are refused.
        case fail = "Fail"
        /// They pass unjudged.
        case ignore = "Ignore"
    }

    /// Its own namespace.
    package var namespace = InstallationNamespace.usual
    /// The image's reference; nil for the chart's.
    package var image: String?
    /// How many pods answer; nil for the chart's.
    package var replicas: Int?
    /// Nil for the chart's, which is ``FailurePolicy/fail``.
    package var failurePolicy: FailurePolicy?
    /// From which level on rules refuse; nil for the chart's policy.
    package var refuseAt: Level?
    /// Whether it begins with observing; nil for the chart's policy, which does.
    package var observes: Bool?

    /// As the chart has it.
    package init() {}

    /// The order in which Helm applies things: what others name first, and what the API server asks by last.
    static let order = [
        "namespace", "networkpolicy", "poddisruptionbudget", "serviceaccount", "secret", "configmap", "clusterrole",
        "clusterrolebinding", "role", "rolebinding", "service", "deployment", "certificate", "issuer",
        "validatingwebhookconfiguration",
    ]

    /// YAML documents, to be applied in their order.
    ///
    /// - Throws: where the chart that was compiled in cannot be read, which the tests rule out.
    package func manifests() throws(ChartError) -> String {
        try manifests(of: Self.chart)
    }

    /// The chart's files, by their names without folder and extension.
    private static var chart: [String: (path: String, text: String)] {
        var files: [String: (path: String, text: String)] = [:]
        for file in ChartSources.all {
            let name = file.path.split(separator: "/").last?.split(separator: ".").first ?? ""
            files[String(name)] = file
        }
        return files
    }

    private func manifests(of chart: [String: (path: String, text: String)]) throws(ChartError) -> String {
        guard let values = chart["values"] else { throw ChartError("values.yaml", "it is missing") }
        let read = YAMLDocuments(reading: values.text, file: values.path)
        guard let document = read.documents.first, read.diagnostics.isEmpty else {
            throw ChartError(values.path, read.diagnostics.first?.description ?? "it is empty")
        }
        var root = ChartValue.map([:])
        root.set(["Values"], to: try ChartValue(document))
        for (path, value) in choices { root.set(path[...], to: value) }
        var documents: [String] = []
        for name in Self.order {
            guard let file = chart[name] else { throw ChartError(name, "the chart has no such template") }
            let text = try ChartTemplateParser.parse(file.text, name: file.path).rendered(root)
            let trimmed = Self.trimmed(text)
            if !trimmed.isEmpty { documents.append("\(trimmed)\n") }
        }
        return Self.introduction + documents.joined(separator: "---\n")
    }

    /// What differs from the chart's own values.
    private var choices: [(path: [String], value: ChartValue)] {
        var choices: [(path: [String], value: ChartValue)] = [
            (["Release", "Namespace"], .text(namespace.name)),
            (["Values", "namespace", "create"], .flag(true)),
        ]
        if let image { choices.append((["Values", "image"], .text(image))) }
        if let replicas { choices.append((["Values", "replicas"], .integer(Int64(replicas)))) }
        if let failurePolicy {
            choices.append((["Values", "webhook", "failurePolicy"], .text(failurePolicy.rawValue)))
        }
        if let refuseAt { choices.append((["Values", "policy", "refuse-at"], .text(refuseAt.rawValue))) }
        if let observes { choices.append((["Values", "policy", "observe"], .flag(observes))) }
        return choices
    }

    private static func trimmed(_ text: String) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static let introduction = """
        # Tidewaiter's admission webhook. To install it:
        #   tidewaiter guard kubernetes --manifests --image IMAGE | kubectl apply -f -
        # To remove it, first what the API server asks by, then the rest:
        #   kubectl delete validatingwebhookconfiguration tidewaiter
        #   tidewaiter guard kubernetes --manifests | kubectl delete --ignore-not-found -f -

        """
}
