internal import JSON

/// The nodes that a pod must run on, as far as its affinity names them.
enum NodeAffinity {
    /// Labels that a required term asks for, as `key=value`, and `key=` for one that need only exist.
    static func labels(in affinity: JSONValue) -> [String] {
        let required = affinity["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]
        guard let terms = required?["nodeSelectorTerms"] else { return [] }
        return terms.elements.flatMap { term in
            [term["matchExpressions"], term["matchFields"]].flatMap { list in
                list.map { $0.elements.flatMap(labels(ofExpression:)) } ?? []
            }
        }
    }

    private static func labels(ofExpression expression: JSONValue) -> [String] {
        guard let key = expression["key"]?.string, let relation = expression["operator"]?.text else { return [] }
        if relation == "Exists" { return ["\(key)="] }
        guard relation == "In" else { return [] }
        return (expression["values"]?.strings ?? []).map { "\(key)=\($0)" }
    }
}
