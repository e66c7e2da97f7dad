/// A NetworkPolicy.
///
/// Policies only add: a pod that one of them selects for ingress takes what any of these lets in, and nothing else; for
/// egress it calls whom any of these lets it call. Source: k8s.io/api/networking/v1.
struct NetworkPolicy: Sendable {
    var object: ClusterObject
    var namespace: String
    var podSelector: LabelSelector
    var limitsIngress: Bool
    /// Who may come in.
    var rules: [Rule]
    var limitsEgress: Bool
    /// Who may be called.
    var egress: [Rule]

    struct Rule: Sendable {
        /// nil where the rule names none, which is everybody.
        var peers: [Peer]?
        /// nil where the rule names none, which is every port.
        var ports: [Port]?
    }

    /// Who is meant: pods, or addresses.
    enum Peer: Sendable {
        /// Pods by labels; without `namespaces` those of the policy's own.
        case pods(LabelSelector?, namespaces: LabelSelector?)
        case block(IPNetwork, except: [IPNetwork])
        case unreadable
    }

    struct Port: Sendable {
        var transport: String
        /// nil for all.
        var first: Int?
        var last: Int?
        var name: String?
    }

    /// nil where it says something that no API server takes, such as a selector with an unknown operator.
    init?(_ object: ClusterObject) {
        let spec = object.document["spec"] ?? [:]
        guard let selector = LabelSelector(reading: spec["podSelector"] ?? [:]) else { return nil }
        self.object = object
        namespace = object.namespace ?? "default"
        podSelector = selector
        // Where it names no types it is for ingress, whatever else, and for egress if it has rules for that.
        let types = spec["policyTypes"]?.texts ?? []
        limitsIngress = types.isEmpty || types.contains("Ingress")
        rules = (spec["ingress"]?.elements ?? []).map { Rule($0, peers: "from") }
        let leaving = spec["egress"]?.elements ?? []
        limitsEgress = types.isEmpty ? !leaving.isEmpty : types.contains("Egress")
        egress = leaving.map { Rule($0, peers: "to") }
    }

    /// Whether it limits who comes to a pod with these labels.
    func selects(_ labels: [String: String], in namespace: String) -> Bool {
        limitsIngress && self.namespace == namespace && podSelector.matches(labels)
    }

    /// Whether it limits whom a pod with these labels calls.
    func limitsCalls(of labels: [String: String], in namespace: String) -> Bool {
        limitsEgress && self.namespace == namespace && podSelector.matches(labels)
    }

    /// Whether it turns everybody away from every pod of its namespace.
    var isDefaultDeny: Bool { limitsIngress && podSelector == LabelSelector() && rules.isEmpty }
}

extension NetworkPolicy.Rule {
    /// - Parameter name: the field that has the peers.
    init(_ document: Document, peers name: String) {
        let all = document[name]?.elements ?? []
        let named = document["ports"]?.elements ?? []
        peers = all.isEmpty ? nil : all.map(NetworkPolicy.Peer.init)
        ports = named.isEmpty ? nil : named.map(NetworkPolicy.Port.init)
    }
}

extension NetworkPolicy.Peer {
    init(_ document: Document) {
        if let block = document["ipBlock"] {
            guard let network = block["cidr"]?.text.flatMap({ IPNetwork($0) }) else {
                self = .unreadable
                return
            }
            self = .block(network, except: (block["except"]?.texts ?? []).compactMap { IPNetwork($0) })
            return
        }
        let (pods, namespaces) = (document["podSelector"], document["namespaceSelector"])
        let selectors = (pods.flatMap { LabelSelector(reading: $0) }, namespaces.flatMap { LabelSelector(reading: $0) })
        let isRead = (pods == nil || selectors.0 != nil) && (namespaces == nil || selectors.1 != nil)
        self = isRead && (pods != nil || namespaces != nil) ? .pods(selectors.0, namespaces: selectors.1) : .unreadable
    }
}

extension NetworkPolicy.Port {
    init(_ document: Document) {
        transport = document["protocol"]?.text ?? "TCP"
        first = document["port"]?.integer.map { Int(clamping: $0) }
        last = document["endPort"]?.integer.map { Int(clamping: $0) } ?? first
        name = document["port"]?.text
    }

    /// Whether it means a port of TCP that a pod may have.
    ///
    /// A pod listens where it likes, so that every number counts; a name is one that its containers give, or none.
    func isMeant(among names: Set<String>) -> Bool { transport == "TCP" && (name.map(names.contains) ?? true) }

    /// Whether it means as many ports as if none were named.
    var isWide: Bool {
        name == nil
            && (first.flatMap { first in last.map { $0.subtractingReportingOverflow(first).partialValue > 1_000 } }
                ?? true)
    }
}

extension LabelSelector {
    /// Reads one as the API has it; nil where it is none.
    init?(reading document: Document) {
        var requirements: [Requirement] = []
        for one in document["matchExpressions"]?.elements ?? [] {
            guard let key = one["key"]?.text, let named = one["operator"]?.text.flatMap(Operator.init) else {
                return nil
            }
            requirements.append(Requirement(key, named, one["values"]?.texts ?? []))
        }
        self.init(matchLabels: document["matchLabels"]?.textsByName ?? [:], matchExpressions: requirements)
    }
}
