internal import Deployments
internal import JSON

/// Reads a pod template, one record per container: the one reading of it, for audit logs, manifests and admission.
///
/// Fields: Kubernetes API reference, PodSpec v1 core. Keys are case-sensitive and the last of two counts, as the API
/// server reads them.
struct PodTemplateReader {
    /// What all containers of the template share.
    let base: ContainerDeployment
    /// The objects that may say what the pod is like, the nearest last: a pod spec, or the objects around a container
    /// in a custom resource.
    let context: [JSONValue]
    /// The template's metadata: labels, and annotations that older clusters keep profiles in.
    let metadata: JSONValue?

    /// The record of one container.
    func record(of container: JSONValue, role: Role) -> ContainerDeployment {
        var record = podRecord()
        record.container.role = isSidecar(container, role) ? .sidecar : role
        var context: JSONValue?
        for (key, value) in container.members {
            switch key.count {
            case 3 where key == "env": record.process.environment = Self.environment(value)
            case 4 where key == "name": record.container.name = value.string
            case 4 where key == "args": record.process.args += value.strings
            case 5 where key == "image": record.setImage(value.string)
            case 5 where key == "ports": record.host.ports += Self.hostPorts(value)
            case 6 where key == "script": record.process.args += value.string.map { ["sh", "-c", $0] } ?? []
            case 6 where key == "source": record.process.args += value.string.map { [$0] } ?? []
            case 7 where key == "command": record.process.args = value.strings + record.process.args
            case 9 where key == "lifecycle": record.process.hooks += Self.hooks(value)
            case 10 where key == "workingDir": record.process.workingDirectory = value.string
            case 12 where key == "volumeMounts": record.host.mounts += mounts(value)
            case 12 where key == "startupProbe": record.process.hooks += Self.command(of: value)
            case 13 where key == "livenessProbe": record.process.hooks += Self.command(of: value)
            case 14 where key == "readinessProbe": record.process.hooks += Self.command(of: value)
            case 13 where key == "volumeDevices":
                record.host.devices += value.elements.compactMap { $0["devicePath"]?.string }
            case 15 where key == "securityContext": context = value
            default: break
            }
        }
        if let context { SecurityContextReader.apply(container: context, to: &record.security) }
        readAnnotations(into: &record)
        return record
    }

    /// The record of a template in which no container is named: a patch of the pod's own fields.
    func podRecord() -> ContainerDeployment {
        var record = base
        for object in context {
            for (key, value) in object.members { apply(key, value, to: &record) }
        }
        if let metadata, record.container.labels.isEmpty {
            record.container.labels = (metadata["labels"]?.pairs ?? []).map { "\($0)=\($1)" }
        }
        return record
    }

    private func apply(_ key: JSONText, _ value: JSONValue, to record: inout ContainerDeployment) {
        switch key.count {
        case 7 where key == "hostPID": if value.bool == true { record.host.namespaces.insert(.pid) }
        case 7 where key == "hostIPC": if value.bool == true { record.host.namespaces.insert(.ipc) }
        case 8 where key == "nodeName": record.placement.nodeName = value.string
        case 9 where key == "hostUsers": if value.bool == true { record.host.namespaces.insert(.user) }
        case 11 where key == "hostNetwork":
            if value.bool == true {
                record.host.namespaces.insert(.network)
                record.host.networkMode = "host"
            }
        case 11 where key == "tolerations": record.placement.tolerations = value.elements.map(Self.toleration)
        case 12 where key == "nodeSelector": record.placement.nodeSelector = value.pairs.map { "\($0)=\($1)" }
        case 13 where key == "restartPolicy": record.placement.restartPolicy = value.string
        case 14 where key == "serviceAccount":
            record.security.serviceAccount = record.security.serviceAccount ?? value.string
        case 15 where key == "securityContext": SecurityContextReader.apply(pod: value, to: &record.security)
        case 16 where key == "runtimeClassName": record.container.runtime = value.string
        case 18 where key == "serviceAccountName": record.security.serviceAccount = value.string
        case 28 where key == "automountServiceAccountToken": record.security.automountToken = value.bool
        default: break
        }
    }

    private func isSidecar(_ container: JSONValue, _ role: Role) -> Bool {
        guard role == .`init`, let policy = container["restartPolicy"]?.text else { return false }
        return policy == "Always"
    }

    /// The host paths behind a container's mounts.
    private func mounts(_ list: JSONValue) -> [HostAccess.Mount] {
        list.elements.compactMap { mount in
            guard let name = mount["name"]?.text, let source = hostPath(ofVolume: name) else { return nil }
            let below = mount["subPath"]?.string ?? mount["subPathExpr"]?.string ?? ""
            return HostAccess.Mount(
                source: below.isEmpty ? source : source.appending(below),
                target: mount["mountPath"]?.string ?? "",
                isReadOnly: mount["readOnly"]?.bool ?? false
            )
        }
    }

    private func hostPath(ofVolume name: JSONText) -> HostPath? {
        for object in context.reversed() {
            guard let volumes = object["volumes"] else { continue }
            for volume in volumes.elements {
                guard let written = volume["name"]?.text, written == name else { continue }
                return volume["hostPath"]?["path"]?.string.map(HostPath.init)
            }
        }
        return nil
    }

    private func readAnnotations(into record: inout ContainerDeployment) {
        guard let annotations = metadata?["annotations"] else { return }
        let name = record.container.name ?? ""
        for (key, value) in annotations.members where key.count > 20 {
            if key.hasPrefix("container.apparmor.security.beta.kubernetes.io/") {
                let suffix = String(key).split(separator: "/", maxSplits: 1).last.map(String.init)
                if suffix == name { record.security.appArmor = record.security.appArmor ?? value.string }
            } else if key == "seccomp.security.alpha.kubernetes.io/pod" {
                record.security.seccomp = record.security.seccomp ?? value.string
            }
        }
    }
}

extension PodTemplateReader {
    private static func environment(_ list: JSONValue) -> [String] {
        list.elements.compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            // A value that comes from elsewhere is not in the record.
            guard let value = entry["value"]?.string else { return "\(name)" }
            return "\(name)=\(value)"
        }
    }

    private static func hostPorts(_ list: JSONValue) -> [Int] {
        list.elements.compactMap { $0["hostPort"]?.integer.map { Int($0) } }.filter { $0 != 0 }
    }

    private static func hooks(_ lifecycle: JSONValue) -> [[String]] {
        lifecycle.members.flatMap { command(of: $0.value) }
    }

    private static func command(of handler: JSONValue) -> [[String]] {
        guard let command = handler["exec"]?["command"]?.strings, !command.isEmpty else { return [] }
        return [command]
    }

    private static func toleration(_ value: JSONValue) -> String {
        let key = value["key"]?.string ?? ""
        let effect = value["effect"]?.string ?? ""
        if value["operator"]?.string == "Exists" {
            return key.isEmpty && effect.isEmpty ? "*" : "\(key.isEmpty ? "*" : key):\(effect)"
        }
        return "\(key)=\(value["value"]?.string ?? ""):\(effect)"
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
}
