internal import Deployments
internal import JSON
internal import Sigma

/// The pod fields of one audit event, gathered in one pass over its request the first time that a rule asks.
///
/// Pod templates are found by shape: wherever a pod's fields stand, in a pod, a workload, a custom resource, or a patch.
/// Owned by the judge and used again for each event, so that nothing is allocated for most.
final class PodFields {
    private enum Entry {
        case value(JSONValue)
        case allCapabilities
    }

    private var entries: [(field: PodField, entry: Entry)] = []
    private var isGathered = false
    /// Deeper than any template stands.
    private static let depthLimit = 64
    /// More than any object's; what comes after is not looked at.
    private static let entryLimit = 20_000

    /// Forgets the event before.
    func reset() {
        isGathered = false
        entries.removeAll(keepingCapacity: true)
    }

    /// Visits the values of `field` in the request of `event`.
    func visit(_ field: PodField, of event: JSONValue, _ visit: (Sigma.FieldValue) -> Void) {
        if !isGathered {
            isGathered = true
            if let object = Self.object(of: event) { gather(in: object, depth: 0) }
        }
        for entry in entries where entry.field == field {
            switch entry.entry {
            case .value(let value): value.visitScalars(visit)
            case .allCapabilities: visit(.text("ALL"))
            }
        }
    }

    /// What was asked for; the object as stored only where the request for it is not logged.
    ///
    /// An answer to a reader, or the whole of an object that a patch changed in part, was not asked for.
    private static func object(of event: JSONValue) -> JSONValue? {
        if let object = event["requestObject"] { return object }
        guard let verb = event["verb"]?.text, verb == "create" || verb == "update" else { return nil }
        return event["responseObject"]
    }

    private func gather(in value: JSONValue, depth: Int) {
        guard depth < Self.depthLimit, entries.count < Self.entryLimit else { return }
        if value.isArray {
            for element in value.elements { gather(in: element, depth: depth + 1) }
        } else if value.isObject {
            if let (path, content) = Self.patched(value) {
                gather(path: path, content, depth: depth + 1)
            } else {
                for (name, member) in value.members { gather(PodMember(name), member, depth: depth + 1) }
            }
        }
    }

    private func gather(_ member: PodMember, _ value: JSONValue, depth: Int) {
        switch member {
        case .opaque: break
        case .hostPath: if let path = value["path"], path.text != nil { add(.hostPath, path) }
        case .capabilities: if let added = value["add"] { addCapabilities(added) }
        case .scalar(let field):
            guard !value.isObject, !value.isArray, !value.isNull else { return }
            add(field, value)
            if case .privileged = field, value.bool == true { entries.append((.capabilities, .allCapabilities)) }
        case .containers:
            if value.isObject { addContainer(value, depth: depth + 1) }
            for container in value.elements { addContainer(container, depth: depth + 1) }
        case .other: gather(in: value, depth: depth)
        }
    }

    private func addContainer(_ container: JSONValue, depth: Int) {
        guard container.isObject, depth < Self.depthLimit, entries.count < Self.entryLimit else { return }
        // A strategic patch tells containers apart by name; `$patch: delete` takes one away.
        if let directive = container["$patch"]?.text, directive == "delete" { return }
        if let name = container["name"] ?? container["image"] { add(.containers, name) }
        if let image = container["image"], image.text != nil { add(.image, image) }
        if let command = container["command"] { add(.command, command) }
        if let args = container["args"] { add(.args, args) }
        gather(in: container, depth: depth)
    }

    private func addCapabilities(_ added: JSONValue) {
        if added.isArray {
            for capability in added.elements { addCapabilities(capability) }
        } else if let name = added.string, !Self.usualCapabilities.contains(Capability(name).name) {
            add(.capabilities, added)
        }
    }

    private func add(_ field: PodField, _ value: JSONValue) {
        entries.append((field, .value(value)))
    }

    /// What every container has unless it gives it up (containerd and Docker alike): adding one gives nothing.
    private static let usualCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    // MARK: JSON patches (RFC 6902)

    /// The path and value of an operation that sets something; nil for any other object.
    private static func patched(_ operation: JSONValue) -> (path: String, value: JSONValue)? {
        guard let kind = operation["op"]?.text, kind == "add" || kind == "replace",
            let path = operation["path"]?.string,
            path.hasPrefix("/"), let value = operation["value"]
        else { return nil }
        return (path, value)
    }

    /// Reads an operation as if its value stood in an object under the last name of the path.
    private func gather(path: String, _ value: JSONValue, depth: Int) {
        let names = path.split(separator: "/").filter { $0 != "-" && Int($0) == nil }
        guard let last = names.last else { return gather(in: value, depth: depth) }
        switch (names.dropLast().last, last) {
        case ("capabilities", "add"): addCapabilities(value)
        case ("hostPath", "path"): add(.hostPath, value)
        case ("containers", "image"), ("initContainers", "image"): add(.image, value)
        case ("containers", "command"), ("initContainers", "command"): add(.command, value)
        case ("containers", "args"), ("initContainers", "args"): add(.args, value)
        default: gather(PodMember(last), value, depth: depth)
        }
    }
}
