internal import Sigma

extension Check {
    /// Whether times in logs of this host and of others can be put in one order.
    static let clockKept = Check(
        id: "TW-Readiness-012",
        title: "Nothing Keeps The Host's Clock",
        mitigation: .readiness,
        level: .low,
        reads: "which program keeps the clock, and the mark of systemd-timesyncd that it has",
        passes: "chronyd, ntpd or systemd-timesyncd runs, the last with its mark",
        remedy: "systemctl enable --now systemd-timesyncd, or chrony",
        references: ["https://www.freedesktop.org/software/systemd/man/latest/systemd-timesyncd.service.html"],
        judge: { evidence in evidence.host.results(of: "hosts") { [$0.clock] } },
        fix: { evidence in
            guard [.fail, .warn].contains(evidence.host.value?.clock.outcome) else { return [] }
            return [
                Fix(
                    "Have something keep the clock",
                    [
                        .steps([
                            "apt-get install chrony, or the like of your distribution", "systemctl enable --now chrony",
                        ])
                    ]
                )
            ]
        }
    )
}

extension HostEvidence {
    /// Made by systemd-timesyncd once it has set the clock; its kind.
    static let clockMark = "/run/systemd/timesync/synchronized"

    fileprivate var clock: CheckResult {
        let subject = "clock"
        switch processes {
        case .absent: return CheckResult(.unknown, subject: subject, "no processes were collected")
        case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason)
        case .known(let processes):
            // The kernel's names are 15 bytes long.
            let keepers: Set = ["chronyd", "ntpd", "ntpsec", "openntpd", "phc2sys"]
            if let keeper = processes.first(where: { keepers.contains($0.name) }) {
                let line = "\(keeper.name) (process \(keeper.id))"
                return CheckResult(.pass, subject: subject, "\(keeper.name) keeps it", evidence: [line])
            }
            if let own = processes.first(where: { $0.name.hasPrefix("systemd-timesyn") }) {
                let line = "systemd-timesyncd (process \(own.id))"
                switch file(Self.clockMark) {
                case .known:
                    return CheckResult(.pass, subject: subject, "systemd-timesyncd has set it", evidence: [line])
                case .absent:
                    return CheckResult(
                        .warn,
                        subject: subject,
                        "systemd-timesyncd runs, and has not reached a server yet",
                        evidence: [line]
                    )
                case .unreadable(let reason): return CheckResult(.unknown, subject: subject, reason, evidence: [line])
                }
            }
            let reason = "no program here keeps it; a virtual machine's may be kept from outside"
            return CheckResult(.warn, subject: subject, reason)
        }
    }
}
