import Foundation
@testable import Posture

/// kube-bench and ours over the recorded API servers, etcds and kubelets.
enum KubeBenchComparisons {
    static func all() throws -> [PeerComparison] {
        try servers() + etcds() + [kubelets()] + KubeBenchClusterComparisons().all()
    }

    private static func recorded(_ name: String) throws -> RecordedControlPlane {
        let data = try Data(contentsOf: RecordedControlPlane.folder.appending(path: "\(name).json"))
        return try JSONDecoder().decode(RecordedControlPlane.self, from: data)
    }

    /// Ours and theirs on recorded programs, which have something wrong with them by what they show.
    private static func systems(
        _ names: [String],
        _ theirs: [String],
        _ ours: [String],
        isWrong: (RecordedControlPlane) -> Bool
    ) throws -> [PeerComparison.System] {
        try names.map { name in
            let program = try recorded(name)
            var evidence = Evidence()
            evidence.host = .known(program.host)
            return PeerComparison.System(
                name: name,
                isWrong: isWrong(program),
                theirs: .init(raised: theirs.contains { KubeBench.fails($0, program.cmdline) }),
                ours: .init(Check.results(ours, on: evidence))
            )
        }
    }

    // MARK: API servers

    private static let apiServers = [
        "k1-default-anonymous", "k2-anonymous-off", "k4-authnconfig-conditions", "k5-static-tokens",
        "k7-anon-true-and-authnconfig",
    ]

    private static func servers() throws -> [PeerComparison] {
        func comparison(
            _ theirs: [String],
            _ words: String,
            _ ours: [String],
            why: String = "",
            isWrong: (RecordedControlPlane) -> Bool
        ) throws -> PeerComparison {
            let systems = try systems(apiServers, theirs, ours, isWrong: isWrong)
            return PeerComparison(
                theirs: theirs,
                asks: words,
                ours: ours,
                unit: "API servers",
                systems: systems,
                why: why
            )
        }
        return try [
            comparison(
                ["1.2.1"],
                "anonymous",
                ["M1035-021"],
                why: "reads the flag alone: an AuthenticationConfiguration that lets in health probes and no more fails"
            ) { $0.probes["anon api"]?.code != "401" },
            comparison(["1.2.2"], "token file", ["M1035-024"]) { server in
                server.files?.keys.contains { $0.hasSuffix("tokens.csv") } ?? false
            },
            comparison(["1.2.4", "1.2.5"], "kubelets", ["M1035-026"]) { server in
                !server.cmdline.contains { $0.hasPrefix("--kubelet-certificate-authority") }
            },
            comparison(["1.2.6", "1.2.7", "1.2.8"], "authorization", ["M1035-022"]) { server in
                server.probes["alice cert pods"]?.code != "403"
            },
            comparison(["1.2.14"], "NodeRestriction", ["M1018-027"]) { server in
                !server.cmdline.contains { $0.contains("NodeRestriction") }
            },
            comparison(["1.2.16", "1.2.17", "1.2.18", "1.2.19", "3.2.1"], "audit log", ["Readiness-001"]) { server in
                !server.cmdline.contains { $0.hasPrefix("--audit-") }
            },
            // In the clear, on loopback: as whoever is on the host can ask the same etcd.
            comparison(["1.2.23", "1.2.26"], "to etcd", ["M1035-034"]) { server in
                server.cmdline.contains { $0.hasPrefix("--etcd-servers=http:") }
            },
            comparison(
                ["1.2.24", "1.2.25"],
                "certificates",
                ["M1035-025"],
                why: "ours is unknown: it reads what the certificates say, which was not recorded"
            ) { $0.probes["admin cert pods"]?.code != "200" },
        ]
    }

    // MARK: etcd

    private static let etcdNames = ["e1-plain-any", "e2-tls-noclientauth", "e3-clientcertauth"]

    private static func etcds() throws -> [PeerComparison] {
        let answersAnybody: (RecordedControlPlane) -> Bool = { etcd in
            ["http v3 range", "https no cert v3 range"].contains { etcd.probes[$0]?.code == "200" }
        }
        return try [
            PeerComparison(
                theirs: ["2.1", "2.3"],
                asks: "TLS",
                ours: ["M1035-031"],
                unit: "etcds",
                systems: systems(etcdNames, ["2.1", "2.3"], ["M1035-031"], isWrong: answersAnybody)
            ),
            PeerComparison(
                theirs: ["2.2"],
                asks: "clients",
                ours: ["M1035-031"],
                unit: "etcds",
                systems: systems(etcdNames, ["2.2"], ["M1035-031"], isWrong: answersAnybody),
                why: "knows one flag: with `--trusted-ca-file` alone etcd demanded certificates as well"
            ),
            PeerComparison(
                theirs: ["2.4", "2.5", "2.6"],
                asks: "peers",
                ours: ["M1035-032"],
                unit: "etcds",
                // On loopback, in the clear: to whoever is on the host.
                systems: systems(etcdNames, ["2.4", "2.5", "2.6"], ["M1035-032"]) { etcd in
                    etcd.cmdline.contains { $0.hasPrefix("http://127.0.0.1:2390") }
                }
            ),
            authority(),
        ]
    }

    /// The API server's clients' authority was that of the etcds: a client of the one was let in by the other.
    private static func authority() throws -> PeerComparison {
        let server = try recorded("k1-default-anonymous")
        let systems = try etcdNames.map { name in
            let etcd = try recorded(name)
            var host = etcd.host
            let process = HostProcess(id: 101, name: "kube-apiserver", arguments: server.cmdline)
            host.processes = host.processes.map { $0 + [process] }
            var evidence = Evidence()
            evidence.host = .known(host)
            return PeerComparison.System(
                name: name,
                isWrong: ["https admin cert /version", "http /version"].contains { etcd.probes[$0]?.code == "200" },
                theirs: .init(raised: KubeBench.fails("2.7", etcd.cmdline)),
                ours: .init(Check.results(["M1035-031"], on: evidence))
            )
        }
        return PeerComparison(
            theirs: ["2.7"],
            asks: "an authority of its own",
            ours: ["M1035-031"],
            unit: "etcds beside an API server",
            systems: systems,
            why: "asks whether one is named, not whose it is: the API server's clients were let in"
        )
    }

    // MARK: Kubelets

    /// Configurations that were written for the cases, each good or with one thing wrong.
    private static func kubelets() throws -> PeerComparison {
        let numbers = ["M1035-027": "4.2.1", "M1035-028": "4.2.2", "M1035-030": "4.2.3", "M1035-029": "4.2.4"]
        let systems = try RecordedCase.of(numbers.keys.map { "TW-\($0)" }).map { one in
            let ours = String(one.check.dropFirst(3))
            let configuration = one.inline ?? .null
            let arguments = ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]
            return PeerComparison.System(
                name: one.case,
                isWrong: one.expected == "fail",
                theirs: .init(raised: KubeBench.fails(numbers[ours] ?? "", arguments, configuration)),
                ours: .init(Check.results([ours], on: try RecordedControlPlaneTests.evidence(one)))
            )
        }
        return PeerComparison(
            theirs: ["4.2.1", "4.2.2", "4.2.3", "4.2.4"],
            asks: "kubelet",
            ours: ["M1035-027", "M1035-028", "M1035-029", "M1035-030"],
            unit: "configurations",
            systems: systems
        )
    }
}
