internal import Deployments
internal import Dialects

/// Holds one container against the parts of a profile.
struct ContainerCheck {
    let ask: ContainerAsk
    let facts: Facts

    /// Everything, in the order of ``ProfilePart``.
    func run(_ objections: inout Objections) {
        guard objections.profile != .none else { return }
        privileged(&objections)
        NamespaceCheck(ask: ask, facts: facts).run(&objections)
        capabilities(&objections)
        SecurityOptionCheck(ask: ask).run(&objections)
        devices(&objections)
        MountCheck(ask: ask, facts: facts).run(&objections)
        surroundings(&objections)
        wishes(&objections)
    }

    private func wishes(_ objections: inout Objections) {
        for wish in ask.wishes where !wish.isStrictOnly || objections.profile == .strict {
            objections.object(wish.part, wish.value, at: ask.prefix + wish.place, wish.message)
        }
    }

    private func privileged(_ objections: inout Objections) {
        guard ask.host["Privileged"]?.bool == true else { return }
        objections.object(
            .privileged,
            at: ask.place("Privileged"),
            "a privileged container has every capability and every device of the host"
        )
    }

    /// What Docker gives a container that asks for nothing (moby `oci/caps/defaults.go`).
    static let defaultCapabilities: Set<String> = [
        "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
        "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
    ]

    private func capabilities(_ objections: inout Objections) {
        // Podman's inspection lists what it added to say nothing new; Docker's repeats what was asked for.
        for (index, text) in (ask.host["CapAdd"]?.strings ?? []).enumerated() {
            let name = Capability(text).name
            guard !Self.defaultCapabilities.contains(name) else { continue }
            objections.object(
                .capabilities,
                name,
                at: ask.place("CapAdd[\(index)]"),
                "'\(text)' is no capability of Docker's default set"
            )
        }
    }

    private func devices(_ objections: inout Objections) {
        for (index, device) in (ask.host["Devices"]?.elements ?? []).enumerated() {
            let path = device["PathOnHost"]?.string ?? ""
            objections.object(
                .devices,
                HostPath(path).path,
                at: ask.place("Devices[\(index)]"),
                "'\(path)' is a device of the host"
            )
        }
        for (index, rule) in (ask.host["DeviceCgroupRules"]?.strings ?? []).enumerated() {
            objections.object(
                .deviceRules,
                rule,
                at: ask.place("DeviceCgroupRules[\(index)]"),
                "'\(rule)' lets the container use devices that it can make itself"
            )
        }
        for (index, request) in (ask.host["DeviceRequests"]?.elements ?? []).enumerated() {
            let driver = request["Driver"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let capabilities = (request["Capabilities"]?.elements ?? []).flatMap(\.strings)
            let value = driver ?? capabilities.first ?? "any"
            objections.object(
                .deviceRequests,
                value,
                at: ask.place("DeviceRequests[\(index)]"),
                "'\(value)' hands out devices of the host"
            )
        }
    }

    /// What runs and surrounds the container.
    private func surroundings(_ objections: inout Objections) {
        if let runtime = ask.host["Runtime"]?.string, !runtime.isEmpty, runtime != "runc",
            runtime != facts.daemon?.defaultRuntime
        {
            objections.object(
                .runtimes,
                runtime,
                at: ask.place("Runtime"),
                "'\(runtime)' is not the default runtime"
            )
        }
        if let parent = ask.host["CgroupParent"]?.string, !parent.isEmpty {
            objections.object(
                .cgroupParents,
                parent,
                at: ask.place("CgroupParent"),
                "'\(parent)' is a control group that the daemon did not choose"
            )
        }
        for member in ask.host["Sysctls"]?.members ?? [] where !Self.safeSysctls.contains(member.name) {
            objections.object(
                .sysctls,
                member.name,
                at: ask.place("Sysctls.\(member.name)"),
                "'\(member.name)' is not among the kernel settings that are safe to change"
            )
        }
        logging(&objections)
    }

    /// The safe set of Kubernetes' Pod Security Standards (baseline, Sysctls).
    private static let safeSysctls: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ]

    private static let quietLogDrivers: Set<String> = ["", "none", "json-file", "local", "journald", "k8s-file"]
    /// Options that say how much is kept and how it is marked, and not where it goes.
    private static let quietLogOptions: Set<String> = [
        "max-size", "max-file", "max-buffer-size", "mode", "compress", "labels", "labels-regex", "env", "env-regex",
        "tag", "cache-disabled", "cache-max-size", "cache-max-file", "cache-compress",
    ]

    private func logging(_ objections: inout Objections) {
        guard let configuration = ask.host["LogConfig"] else { return }
        let driver = configuration["Type"]?.string ?? ""
        if !Self.quietLogDrivers.contains(driver) {
            // What the daemon itself is set to is no wish of the container's.
            if ask.origin == .inspection, driver == facts.daemon?.logDriver { return }
            return objections.object(
                .logDrivers,
                driver,
                at: ask.place("LogConfig.Type"),
                "'\(driver)' makes the daemon connect to an address or a socket"
            )
        }
        // Options alone are the default driver's, whichever that is.
        for option in configuration["Config"]?.members ?? [] where !Self.quietLogOptions.contains(option.name) {
            objections.object(
                .logDrivers,
                driver.isEmpty ? "default" : driver,
                at: ask.place("LogConfig.Config.\(option.name)"),
                "'\(option.name)' may say where the daemon connects to"
            )
        }
    }
}
