internal import Foundation
internal import Posture

/// Asks the packet filter's own programs for its rules.
struct FirewallInspector {
    var root = "/proc"

    /// Each program is waited for, off the pool of threads that everything else runs on.
    func evidence() async -> FirewallEvidence {
        async let nft = Self.output(Program("nft", ["-j", "list", "ruleset"]))
        async let iptables = tables("iptables", names: "ip_tables_names")
        async let ip6tables = tables("ip6tables", names: "ip6_tables_names")
        async let ipsets = Self.output(Program("ipset", ["save"]))
        var firewall = FirewallEvidence()
        firewall.nft = orUnlisted(await nft, module: "nf_tables", "nft")
        firewall.iptables = await iptables
        firewall.ip6tables = await ip6tables
        firewall.ipsets = orUnlisted(await ipsets, module: "ip_set", "ipset")
        return firewall
    }

    /// What the two forms of iptables print: that on nftables, and the older one where the kernel has tables of it.
    private func tables(_ name: String, names: String) async -> Reading<String> {
        let current = await Self.output(Program("\(name)-save"))
        let tables = SmallFile.text("\(root)/net/\(names)", limit: 64 << 10) ?? ""
        guard !tables.isEmpty else { return current }
        switch (current, await Self.output(Program("\(name)-legacy-save"))) {
        case (.known(let first), .known(let second)): return .known(first + second)
        case (_, .known(let second)): return .known(second)
        case (.unreadable, _): return current
        case (_, .unreadable(let reason)): return .unreadable(reason)
        // One program may be both: where it was built without nftables.
        case (.known, .absent): return current
        case (.absent, .absent):
            return .unreadable("the kernel has tables of \(name), and \(name)-save is not installed")
        }
    }

    /// Without the program there may still be rules that others made, if the kernel knows any.
    private func orUnlisted(_ reading: Reading<String>, module: String, _ program: String) -> Reading<String> {
        guard case .absent = reading else { return reading }
        let modules = SmallFile.text("\(root)/modules", limit: 1 << 20)
        let isLoaded = modules?.split(separator: "\n").contains { $0.hasPrefix("\(module) ") } ?? true
        return isLoaded
            ? .unreadable("the kernel has \(module), and \(program) is not installed to list its rules") : .absent
    }

    private static func output(_ program: Program) async -> Reading<String> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: program.output()) }
        }
    }
}
