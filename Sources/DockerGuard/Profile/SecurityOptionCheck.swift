internal import Dialects

/// Holds a container's confinement against a profile: security options, masked and read-only paths.
struct SecurityOptionCheck {
    let ask: ContainerAsk

    func run(_ objections: inout Objections) {
        for (index, option) in (ask.host["SecurityOpt"]?.strings ?? []).enumerated() {
            guard !isAddedByEngine(option), let message = Self.objection(to: option, objections.profile) else {
                continue
            }
            objections.object(.securityOptions, option, at: ask.place("SecurityOpt[\(index)]"), message)
        }
        paths("MaskedPaths", Self.maskedPaths, &objections)
        paths("ReadonlyPaths", Self.readOnlyPaths, &objections)
    }

    /// Whether an option of a container that is there is the engine's own doing, which nobody asked for.
    ///
    /// It labels no container that is privileged or shares the host's processes or its memory (moby `daemon/create.go`,
    /// `generateSecurityOpt`); those are parts of their own.
    private func isAddedByEngine(_ option: String) -> Bool {
        guard ask.origin == .inspection, option == "label=disable" else { return false }
        return ask.host["Privileged"]?.bool == true || ask.host["PidMode"]?.string == "host"
            || ask.host["IpcMode"]?.string == "host"
    }

    /// What is wrong with an option; nil for one that lowers nothing.
    static func objection(to option: String, _ profile: Profile) -> String? {
        if option == "no-new-privileges" { return nil }
        if option == "disable" { return "'disable' switches SELinux labels off" }
        let parts = SecurityOption(option)
        guard let value = parts.value else { return "'\(cut(option))' is no security option" }
        return switch parts.name {
        // Off is what containers have by default.
        case "no-new-privileges": nil
        case "seccomp":
            ["builtin", "default"].contains(value)
                ? nil : "'\(cut(option))' replaces the default system call filter"
        case "apparmor": appArmor(value, profile)
        case "label": seLinux(value, profile)
        default: "'\(cut(option))' is an option that may lower the container's confinement"
        }
    }

    private static func appArmor(_ value: String, _ profile: Profile) -> String? {
        if value == "docker-default" || (profile == .baseline && value != "unconfined" && !value.isEmpty) { return nil }
        return "'apparmor=\(cut(value))' replaces the default AppArmor profile"
    }

    private static func seLinux(_ value: String, _ profile: Profile) -> String? {
        let harmlessTypes: Set<String> = ["type:container_t", "type:container_init_t", "type:container_kvm_t"]
        if profile == .baseline, value.hasPrefix("level:") || harmlessTypes.contains(value) { return nil }
        return "'label=\(cut(value))' changes the container's SELinux label"
    }

    /// What every engine since 18.09 masks (moby `oci/defaults.go`); newer ones mask more.
    private static let maskedPaths: Set<String> = [
        "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    ]
    private static let readOnlyPaths: Set<String> = [
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]

    private func paths(_ field: String, _ least: Set<String>, _ objections: inout Objections) {
        guard let value = ask.host.members.first(where: { $0.name == field })?.value else { return }
        if value == .null {
            // Asked for, null is the default; of a container that is there, it means none at all.
            guard ask.origin == .inspection, ask.host["Privileged"]?.bool != true else { return }
            return objections.object(
                .maskedPaths,
                at: ask.place(field),
                "the container was made without any, so that it reaches the kernel's own files"
            )
        }
        let missing = least.subtracting(value.strings).sorted()
        guard let first = missing.first else { return }
        objections.object(
            .maskedPaths,
            at: ask.place(field),
            "'\(first)'\(missing.count > 1 ? " and \(missing.count - 1) others" : "") of the default are not in it"
        )
    }

    /// Profiles are given in full; their beginning says enough.
    private static func cut(_ text: String) -> String { text.count > 64 ? text.prefix(64) + "…" : text }
}
