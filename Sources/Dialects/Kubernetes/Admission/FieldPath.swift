internal import Deployments
internal import JSON

/// Where in an object a field of a container's record was read from.
struct FieldPath {
    private let object: JSONValue?
    /// The names and positions that lead to the container.
    private let container: [String]

    init(object: JSONValue?, container: [String]) {
        self.object = object
        self.container = container
    }

    /// The path, as `kubectl explain` and the API server's own messages write it.
    func text(of field: Field?, value: String?) -> String {
        guard let field, let place = FieldPlace(field, value) else { return Self.dotted(container) }
        // A binding holds no container, and names the node in its target.
        if field == .nodeName, container.isEmpty { return "target.name" }
        switch place {
        case .object(let names): return Self.dotted(names)
        case .container(let choices): return Self.dotted(container + inContainer(choices, value))
        case .pod(let names): return Self.dotted(pod(holding: names, value))
        case .either(let names):
            let own = self.value(at: container).flatMap { Self.member(names, of: $0) }
            return Self.dotted(own == nil && !container.isEmpty ? pod(holding: names, value) : container + names)
        case .labels:
            let pod = pod(holding: [], nil)
            return Self.dotted((pod.last == "spec" ? Array(pod.dropLast()) : pod) + ["metadata", "labels"])
        }
    }

    /// The first of some members that the container has, with the position in it where one is meant.
    private func inContainer(_ choices: [[String]], _ value: String?) -> [String] {
        let container = self.value(at: container)
        let names = choices.first { names in container.flatMap { Self.member(names, of: $0) } != nil }
        guard let names = names ?? choices.first else { return [] }
        guard let list = container.flatMap({ Self.member(names, of: $0) }), list.isArray else { return names }
        return names + position(of: value, in: list)
    }

    /// The member of the pod, which is the nearest object around the container that has it.
    private func pod(holding names: [String], _ value: String?) -> [String] {
        // A container stands in a list of its pod, or in the pod itself.
        let isListed = container.last.map(JSONPointer.isPosition) ?? false
        let pod = Array(container.dropLast(isListed ? 2 : 1))
        guard !names.isEmpty else { return pod }
        for count in stride(from: pod.count, through: 0, by: -1) {
            guard let around = self.value(at: Array(container.prefix(count))),
                let member = Self.member(names, of: around)
            else { continue }
            let rest = member.isArray ? position(of: value, in: member) : []
            return container.prefix(count) + names + rest
        }
        return pod + names
    }

    /// The element of a list that holds the value: an entry of its own, a host path, one that puts a sensitive place
    /// within reach, a port, a variable.
    private func position(of value: String?, in list: JSONValue) -> [String] {
        guard let value else { return [] }
        for (index, element) in list.elements.enumerated() {
            if let text = element.string, text == value { return [String(index)] }
            if let path = element["hostPath"]?["path"]?.string.map(HostPath.init),
                path.path == value || SensitivePlace(rawValue: value).map({ $0.isExposed(by: path) }) ?? false
            {
                return [String(index), "hostPath", "path"]
            }
            if let port = element["hostPort"]?.integer, String(port) == value { return [String(index), "hostPort"] }
            if let name = element["name"]?.string, value.hasPrefix("\(name)=") { return [String(index)] }
        }
        return []
    }

    private func value(at path: [String]) -> JSONValue? {
        guard let object else { return nil }
        return Self.member(path, of: object)
    }

    private static func member(_ path: [String], of value: JSONValue) -> JSONValue? {
        var value = value
        for name in path {
            if value.isArray {
                guard let index = Int(name) else { return nil }
                var elements = value.elements
                for _ in 0..<max(0, index) { _ = elements.next() }
                guard index >= 0, let element = elements.next() else { return nil }
                value = element
            } else {
                guard let member = value.member(named: name) else { return nil }
                value = member
            }
        }
        return value
    }

    /// `spec.containers[1].image`; names that are no plain words stand in brackets.
    static func dotted(_ path: [String]) -> String {
        var text = ""
        for name in path {
            if JSONPointer.isPosition(name), !text.isEmpty {
                text += "[\(name)]"
            } else if name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
            ) {
                text += text.isEmpty ? name : ".\(name)"
            } else {
                text += "[\(JSONValue.quote(name))]"
            }
        }
        return text
    }
}
