#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Posture

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

        func run() async throws {
        }
    }
#endif
