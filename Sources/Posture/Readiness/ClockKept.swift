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
            guard let host = evidence.host.value, [.fail, .warn].contains(host.clock.outcome) else { return [] }
            return [host.isClockKeptByTimesyncd ? .serversForTimesyncd : .chrony]
        }
    )
}

extension HostEvidence {
    /// Made by systemd-timesyncd once it has set the clock; its kind.
    static let clockMark = "/run/systemd/timesync/synchronized"

    fileprivate var isClockKeptByTimesyncd: Bool { processes.value?.contains(where: \.isTimesyncd) ?? false }

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
            if let own = processes.first(where: \.isTimesyncd) {
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

extension HostProcess {
    /// The kernel's names are 15 bytes long.
    fileprivate var isTimesyncd: Bool { name.hasPrefix("systemd-timesyn") }
}

extension Fix {
    /// Debian's package, which takes the place of other keepers and starts; its service is called `chronyd` as well.
    fileprivate static let chrony = Fix(
        "Have chrony keep the clock",
        [
            .command("apt-get install --yes chrony # of other distributions: dnf install -y chrony"),
            .command("systemctl enable --now chronyd"),
        ],
        commands: ["chronyc waitsync 10", "chronyc tracking"],
        caution:
            "it asks the servers of its distribution's pool by UDP, at their port 123: where nothing leads there, name "
            + "servers of your own in /etc/chrony/sources.d/own.sources"
    )

    fileprivate static let serversForTimesyncd = Fix(
        "Have systemd-timesyncd ask servers that answer",
        [
            .file(
                path: "/etc/systemd/timesyncd.conf.d/zz-tidewaiter.conf",
                text: "[Time]\nNTP=0.debian.pool.ntp.org 1.debian.pool.ntp.org 2.debian.pool.ntp.org\n"
            )
        ],
        commands: ["systemctl restart systemd-timesyncd", "timedatectl timesync-status"],
        caution: "where nothing leads to UDP port 123 of the pool, name servers of your own in that file"
    )
}
