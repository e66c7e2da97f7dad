internal import Deployments
internal import Dialects

extension InspectedContainer {
    /// Whether the inspection is Podman's, which calls every runtime so (`libpod/container_inspect.go`).
    var isPodmans: Bool { create["HostConfig"]?["Runtime"]?.string == "oci" }
}

extension ContainerAsk {
    /// A container of Podman's, by what it shows on Docker's route and on its own.
    ///
    /// Neither shows masked paths, kernel settings or rules for devices. A filter of system calls and unmasked paths are
    /// shown as far as the client that made the container annotated them, or Podman 5 tells of all being unmasked.
    init(podman container: InspectedContainer, _ own: CanonicalValue) {
        self.init(container)
        let settings = own["HostConfig"]
        let storage = Storage(own)
        var host = body["HostConfig"]?.members ?? []
        func set(_ name: String, _ value: CanonicalValue?) {
            host.removeAll { $0.name == name }
            if let value { host.append(CanonicalMember(name, value)) }
        }
        set("Runtime", own["OCIRuntime"])
        set("CgroupnsMode", settings?["CgroupMode"])
        if Self.command(own, has: "--ipc", "host") { set("IpcMode", .string("host")) }
        if Self.isPodsOwn(settings?["CgroupParent"]?.string, own) { set("CgroupParent", nil) }
        set("MaskedPaths", nil)
        set("ReadonlyPaths", nil)
        set("SecurityOpt", .array(Self.options(settings, own).map { .string($0) }))
        set("CapAdd", .array(Self.capabilities(own).map { .string($0) }))
        // Given back as binds with the options of mount(2), mounts are told once, from the list of them.
        set("Binds", nil)
        var told = LibpodMounts()
        told.add(inspected: own["Mounts"]?.elements ?? [], storage)
        set("Mounts", .array(told.mounts.map(\.0)))
        hostPaths = told.hostPaths.map { HostPathUse(path: $0.path, place: prefix + $0.place) }
        if let path = settings?["LogConfig"]?["Path"]?.string, !path.isEmpty, !storage.holds(path) {
            hostPaths.append(HostPathUse(path: path, place: "\(prefix)HostConfig.LogConfig.Path"))
        }
        if let root = own["Rootfs"]?.string, !root.isEmpty, !storage.holds(root) {
            hostPaths.append(HostPathUse(path: root, place: "\(prefix)Rootfs"))
        }
        body = .object(body.members.filter { $0.name != "HostConfig" } + [CanonicalMember("HostConfig", .object(host))])
    }

    /// Whether its maker's command line has an option; Podman 4.3 shows the host's IPC namespace in no other place.
    private static func command(_ own: CanonicalValue, has option: String, _ value: String) -> Bool {
        let words = own["Config"]?["CreateCommand"]?.strings ?? []
        return words.contains("\(option)=\(value)") || zip(words, words.dropFirst()).contains { $0 == (option, value) }
    }

    /// Whether a control group is that which Podman gives the container's pod, by either of its managers.
    private static func isPodsOwn(_ parent: String?, _ own: CanonicalValue) -> Bool {
        guard let parent, let pod = own["Pod"]?.string, !pod.isEmpty else { return false }
        return parent == "/libpod_parent/\(pod)" || parent == "machine.slice/machine-libpod_pod_\(pod).slice"
    }

    private static func options(_ settings: CanonicalValue?, _ own: CanonicalValue) -> [String] {
        var options = settings?["SecurityOpt"]?.strings ?? []
        let annotations = own["Config"]?["Annotations"]
        for (name, option) in [("seccomp", "seccomp"), ("label", "label"), ("apparmor", "apparmor")] {
            guard let value = annotations?["io.podman.annotations.\(name)"]?.string else { continue }
            let text = "\(option)=\(value)"
            if !options.contains(text) { options.append(text) }
        }
        // What its maker's command line says of masks is nowhere else.
        let command = own["Config"]?["CreateCommand"]?.strings ?? []
        for word in command {
            let value = word.hasPrefix("--security-opt=") ? String(word.dropFirst("--security-opt=".count)) : word
            if value.hasPrefix("unmask=") || value == "systempaths=unconfined" { options.append(value) }
        }
        return options
    }

    /// Every capability that it may have, those of a privileged one aside, which is told as such.
    private static func capabilities(_ own: CanonicalValue) -> [String] {
        guard own["HostConfig"]?["Privileged"]?.bool != true else { return [] }
        return own["BoundingCaps"]?.strings ?? []
    }

    /// Where Podman keeps a container's own files, and the layers of images.
    struct Storage {
        private let places: [HostPath]

        init(_ own: CanonicalValue) {
            // `…/storage/overlay-containers/ID/userdata`: the layers lie in `…/storage/overlay`.
            let own = (own["StaticDir"]?.string, own["Driver"]?.string)
            guard let directory = own.0, let driver = own.1, !driver.isEmpty, !driver.contains("/") else {
                places = []
                return
            }
            let parts = directory.split(separator: "/")
            guard parts.count > 4, parts[parts.count - 3] == "\(driver)-containers" else {
                places = []
                return
            }
            let root = "/" + parts.dropLast(3).joined(separator: "/")
            places = [HostPath(directory), HostPath("\(root)/\(driver)")]
        }

        /// Whether a path lies below them, and is none of them.
        func holds(_ path: String) -> Bool {
            guard !path.split(separator: "/").contains("..") else { return false }
            let path = HostPath(path)
            return places.contains { $0.contains(path) && $0 != path }
        }
    }
}

extension LibpodMounts {
    /// Adds the mounts that an inspection lists.
    mutating func add(inspected list: [CanonicalValue], _ storage: ContainerAsk.Storage) {
        for (index, mount) in list.enumerated() {
            let place = "Mounts[\(index)]"
            let source = mount["Source"]?.string ?? ""
            let target = mount["Destination"]
            switch mount["Type"]?.string ?? "" {
            case "volume": take("volume", mount["Name"]?.string ?? "", target, place)
            case "image", "tmpfs", "artifact": take("tmpfs", "", target, place)
            case _ where storage.holds(source):
                for option in mount["Options"]?.strings ?? [] {
                    let paths = Self.layer(option)?.split(separator: ":").map(String.init) ?? []
                    for path in paths where !storage.holds(path) {
                        use(path, at: "\(place).Options")
                    }
                }
            default: take("bind", source, target, place)
            }
        }
    }
}
