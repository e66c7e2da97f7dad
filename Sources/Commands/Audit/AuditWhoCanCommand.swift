#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Posture
    internal import Signals

    /// `tidewaiter audit who-can`: who may deploy, enter, rise and disarm in a cluster.
    struct AuditWhoCanCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "who-can",
            abstract: "List who may deploy in a cluster, enter containers, take more rights, or disarm what guards it.",
            discussion: """
                Evaluates roles and bindings as the API server does: wildcards, aggregation, resource names, subresources \
                and custom resources that hold pod templates.

                Examples:
                  tidewaiter audit who-can --kubeconfig ~/.kube/config
                  tidewaiter audit who-can --evidence evidence/ --format json

                Exit status: 0 when all went well, 1 for wrong usage or rights that cannot be read.
                """
        )

        enum Format: String, CaseIterable, ExpressibleByArgument {
            case table, json
        }

        @OptionGroup(title: "Where") var source: EvidenceOptions

        @Option(name: .shortAndLong, help: "How it is told.")
        var format: Format = .table

        @Flag(help: "Also the cluster's own parts, by its own bindings.")
        var all = false

        func run() async throws {
            let step = StepLine()
            let evidence = try await source.gathered(host: false) { step.show($0) }
            step.clear()
            let access: ClusterAccess
            switch evidence.access {
            case .known(let known): access = known
            case .absent: throw CommandError("no cluster was looked at; give --kubeconfig, --in-cluster or --evidence")
            case .unreadable(let reason): throw CommandError("who may do what cannot be told: \(reason)")
            }
            let table = WhoCan(access, pods: evidence.cluster.value?.objects("Pod").value)
            let told = all ? table : table.withoutCluster
            let output = Output(.standardOutput)
            switch format {
            case .json: output.writeLine(told.document.json)
            case .table: for line in WhoCanTable.lines(told) { output.writeLine(line) }
            }
            try output.close()
        }
    }
#endif
