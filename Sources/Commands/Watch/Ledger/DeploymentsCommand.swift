#if Watch
    internal import ArgumentParser
    internal import Deployments
    internal import Foundation
    internal import Ledger

    /// `tidewaiter deployments`: what watching has seen land, or be refused.
    struct DeploymentsCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deployments",
            abstract: "List the deployments that watching has seen, the guards' decisions among them.",
            discussion: """
                Examples:
                  tidewaiter deployments --since 24h --route docker-api
                  tidewaiter deployments --where 'orchestrator.namespace=prod and event.outcome=failure'
                  tidewaiter deployments --where 'deployment.host.paths=/etc*' --format json

                Exit status: 0 when all went well, 1 for wrong usage or a ledger that cannot be read.
                """
        )

        @OptionGroup var listing: ListingOptions

        @Option(help: "Only this route (docker-api, kubernetes-api…); can be repeated.")
        var route: [Route] = []

        @OptionGroup var location: LedgerLocation

        func run() async throws {
            var query = try listing.query()
            query.routes = route.map(\.rawValue)
            listing.tellOfUnknownFields(in: query)
            let ledger = try location.open(.reading)
            let output = Output(.standardOutput)
            let terminal = Terminal(
                output,
                color: listing.color,
                environment: ProcessInfo.processInfo.environment
            )
            let table = LedgerLines(terminal)
            let (count, hasMore) = try await listing.pages(
                of: query,
                page: { try await ledger.deployments($0) },
                place: \.place,
                tell: { deployment in
                    switch listing.format {
                    case .json: output.write(deployment.deployment.ecs + [10])
                    case .table: output.write(table.line(deployment))
                    }
                }
            )
            if listing.format == .table {
                let rest = hasMore ? "; there are more: --limit tells how many are listed" : ""
                output.writeLine("\(count) \(count == 1 ? "deployment" : "deployments")\(rest)")
            }
            try output.close()
        }
    }
#endif
