internal import Deployments
internal import JSON

/// Reads one container: the one reading of it, for audit logs, manifests and admission.
///
/// Fields: Kubernetes API reference, Container v1 core; `script` and `source` are Tekton's and Argo's.
struct ContainerReader {
    let pod: PodContext
    /// What holds for every container of a list that says nothing itself (Tekton's `stepTemplate`).
    let defaults: JSONValue?

    /// The record of one container.
    func record(of container: JSONValue, role: Role) -> ContainerDeployment {
        var record = pod.record
        record.container.role = role
        if let defaults { apply(defaults, to: &record) }
        apply(container, to: &record)
        if role == .`init`, let policy = container["restartPolicy"]?.text, policy == "Always" {
            record.container.role = .sidecar
        }
        pod.readAnnotations(into: &record)
        return record
    }

    private func apply(_ container: JSONValue, to record: inout ContainerDeployment) {
        var command = Command()
        for (key, value) in container.members {
            switch key.count {
            case 3 where key == "env": record.process.environment = Self.environment(value)
            case 4 where key == "name": record.container.name = value.string
            case 4 where key == "args": command.args = value.strings
            case 5 where key == "image": record.setImage(value.string)
            case 5 where key == "ports": record.host.ports = Self.hostPorts(value)
            case 6 where key == "script": command.script = value.string
            case 6 where key == "source": command.source = value.string
            case 7 where key == "command": command.entrypoint = value.strings
            case 10 where key == "workingDir": record.process.workingDirectory = value.string
            case 12 where key == "volumeMounts": mount(value, in: &record)
            case 13 where key == "volumeDevices": mount(value, in: &record)
            case 15 where key == "securityContext":
                SecurityContextReader.apply(container: value, to: &record)
            case 19 where key == "targetContainerName": record.container.joins = value.strings
            default: command.readHook(key, value)
            }
        }
        if let args = command.line { record.process.args = args }
        record.process.hooks += command.hooks
    }

    private func mount(_ list: JSONValue, in record: inout ContainerDeployment) {
        for mount in list.elements {
            guard let name = mount["name"]?.text, let volume = pod.volume(name) else { continue }
            volume.apply(mount, to: &record)
        }
    }

    private static func environment(_ list: JSONValue) -> [String] {
        list.elements.compactMap { entry in
            var name: JSONText?
            var value: JSONText?
            for (key, member) in entry.members {
                switch key.count {
                case 4 where key == "name": name = member.text
                case 5 where key == "value": value = member.text
                default: break
                }
            }
            // A value that comes from elsewhere is not in the record.
            guard let name, let value else { return name.map { String($0) } }
            return String(assigning: value, to: name)
        }
    }

    private static func hostPorts(_ list: JSONValue) -> [Int] {
        list.elements.compactMap { $0["hostPort"]?.integer.map { Int($0) } }.filter { $0 != 0 }
    }
}

extension ContainerReader {
    /// What a container runs, wherever it says so.
    private struct Command {
        var entrypoint: [String]?
        var args: [String]?
        var script: String?
        var source: String?
        var hooks: [[String]] = []

        /// All of it in the order in which it runs; nil where the image decides.
        var line: [String]? {
            guard entrypoint != nil || args != nil || script != nil || source != nil else { return nil }
            if script == nil, source == nil, entrypoint == nil || args == nil { return entrypoint ?? args }
            return (entrypoint ?? []) + (script.map { ["sh", "-c", $0] } ?? []) + (args ?? [])
                + (source.map { [$0] } ?? [])
        }

        mutating func readHook(_ key: JSONText, _ value: JSONValue) {
            switch key.count {
            case 9 where key == "lifecycle": hooks += value.members.flatMap { Self.command(of: $0.value) }
            case 12 where key == "startupProbe", 13 where key == "livenessProbe", 14 where key == "readinessProbe":
                hooks += Self.command(of: value)
            default: break
            }
        }

        private static func command(of handler: JSONValue) -> [[String]] {
            guard let command = handler["exec"]?["command"]?.strings, !command.isEmpty else { return [] }
            return [command]
        }
    }
}

extension ContainerDeployment {
    /// Sets the image from its text, in every form that it is read in.
    mutating func setImage(_ text: String?) {
        guard let text, !text.isEmpty else { return }
        container.imageText = text
        do {
            container.image = try ImageReference(parsing: text)
            if let digest = container.image?.digest { container.imageHashes = [digest] }
        } catch {
            if ImageReference.isImageID(text) {
                container.imageHashes = [text.hasPrefix("sha256:") ? text : "sha256:\(text)"]
            } else if !text.contains("$") && !text.contains("{{") {
                // A template's placeholder is filled in later; anything else is what no registry takes.
                defects.insert(.malformedImage)
            }
        }
    }
}

extension JSONValue {
    /// The strings of an array; a lone string counts as one.
    var strings: [String] {
        if let text = string { return [text] }
        return elements.compactMap(\.string)
    }

    /// The members with string values.
    var pairs: [(String, String)] {
        members.compactMap { key, value in value.string.map { (String(key), $0) } }
    }

    /// The members with string values, as `key=value`.
    var assignments: [String] {
        members.compactMap { key, value in value.text.map { String(assigning: $0, to: key) } }
    }
}

extension String {
    /// `name=value`, in one piece.
    init(assigning value: JSONText, to name: JSONText) {
        let count = name.count + 1 + value.count
        self = unsafe String(unsafeUninitializedCapacity: count) { text in
            let rest = unsafe UnsafeMutableBufferPointer(rebasing: text[(name.count + 1)...])
            unsafe name.withBytes { _ = unsafe text.update(fromContentsOf: $0) }
            unsafe text[name.count] = UInt8(ascii: "=")
            unsafe value.withBytes { _ = unsafe rest.update(fromContentsOf: $0) }
            return count
        }
    }
}
